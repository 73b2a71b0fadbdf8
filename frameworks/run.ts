// npm run frameworks [-- NAME…] [--only laws|audit|browser]: the packed `latchkey` in each framework of this folder, built
// and served as in production. Prints a table, and ends with 1 where anything fails. See README.md.
import { parseArgs } from 'node:util'
import { type Framework, frameworks, type Outcome } from './framework.ts'
import { packed, putIn } from './packed.ts'
import { type Step, steps, tried } from './steps.ts'

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true })
const all = frameworks()
const unknown = positionals.filter((name) => !all.some((framework) => framework.name === name))
if (unknown.length > 0)
  fail(`There is no ${unknown.join(', ')}, but ${all.map(({ name }) => name).join(', ')}.`)
const chosenSteps = Object.keys(steps).filter((step) => !values.only || step === values.only) as Step[]
if (chosenSteps.length === 0) fail(`--only ${values.only} is none of ${Object.keys(steps).join(', ')}.`)
const chosen = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name))

const complaints: string[] = []
const rows: string[][] = []
const tarball = packed()
try {
  for (const framework of chosen) {
    rows.push(await row(framework))
    console.log(rows.at(-1)?.join(', '))
  }
} finally {
  tarball.remove()
}
table(['framework', 'version', ...chosenSteps, 'seconds'], rows)
if (complaints.length > 0) fail(`\n${complaints.join('\n\n')}`)

async function row(framework: Framework): Promise<string[]> {
  const started = performance.now()
  const outcomes: Outcome[] = []
  try {
    putIn(framework, tarball.path)
    const failed = await framework.build()
    if (failed) outcomes.push(failed)
    else for (const step of chosenSteps) outcomes.push(await tried(step, framework))
  } catch (error) {
    outcomes.push({ cell: 'FAILED', complaint: String(error) })
  }
  for (const { complaint } of outcomes) if (complaint) complaints.push(`${framework.name}: ${complaint}`)
  const seconds = Math.round((performance.now() - started) / 1000)
  const cells = chosenSteps.map((_, at) => outcomes[at]?.cell ?? 'not tried')
  return [framework.name, framework.version(), ...cells, String(seconds)]
}

function table(head: readonly string[], body: readonly (readonly string[])[]): void {
  for (const cells of [head, head.map(() => '---'), ...body]) console.log(`| ${cells.join(' | ')} |`)
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
