import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Context, Outcome } from '../section.ts'
import type { Bound } from '../speed/bounds.ts'
import { columns } from '../speed/table.ts'
import { built, type Contender, type Imported, measureImports } from './measure.ts'

interface Comparison {
  readonly title: string
  /** What the application has imported already. */
  readonly before: readonly string[]
  readonly contenders: readonly Contender[]
  /** The most that the first may take of each other, by its name. */
  readonly most: Readonly<Record<string, number>>
}

const own = (adapter: string): Contender => ({
  name: `latchkey, latchkey/${adapter}`,
  imported: [built('index.js'), built(`adapters/${adapter}.js`)],
})
const peer = (...imported: string[]): Contender => ({ name: imported.join(', '), imported })

const comparisons: readonly Comparison[] = [
  {
    title: 'with express',
    before: ['express'],
    contenders: [own('express'), peer('express-session'), peer('iron-session'), peer('better-auth')],
    most: { 'express-session': 0.5, 'better-auth': 0.1 },
  },
  {
    title: 'with hono',
    before: ['hono'],
    contenders: [own('hono'), peer('hono-sessions')],
    most: {},
  },
]

/** What it takes to import Latchkey as it is published, beside its peers: for commands, tests and functions that start often. */
export async function importSection({ plan, quick, note }: Context): Promise<Outcome> {
  note('building')
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.ts'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm run build failed: ${stderr}`)
  const rounds = quick ? 5 : plan.rounds
  const text: string[] = []
  const bounds: Bound[] = []
  const data: Record<string, readonly Imported[]> = {}
  for (const { title, before, contenders, most } of comparisons) {
    note(title)
    const measured = measureImports(contenders, before, rounds)
    data[title] = measured
    text.push(table(title, measured))
    bounds.push(...Object.entries(most).map(([name, share]) => boundOf(title, name, share, measured)))
  }
  note('each entry')
  data.entries = entries().map(
    (entry) =>
      measureImports([{ name: entry, imported: [built(entry)] }], [], Math.min(rounds, 5))[0] as Imported,
  )
  text.push(table('each entry alone', data.entries))
  return { text, bounds, data, charts: [] }
}

/** The compiled files that the package's names stand for, without those that need another package. */
function entries(): string[] {
  const manifest = JSON.parse(readFileSync('packages/session/dist/package.json', 'utf8'))
  const targets = Object.values<{ default: string }>(manifest.exports)
  return targets.map((target) => target.default.replace('./lib/', ''))
}

function boundOf(title: string, name: string, most: number, [first, ...others]: readonly Imported[]): Bound {
  const other = others.find((each) => each.name === name)
  const share = (first?.milliseconds.median ?? Number.NaN) / (other?.milliseconds.median ?? Number.NaN)
  return {
    what: `import ${title}: ${first?.name} to ${name}`,
    asked: `at most ${most}`,
    measured: share.toFixed(2),
    met: share <= most,
  }
}

function table(title: string, measured: readonly Imported[]): string {
  const rows = measured.map(({ name, milliseconds: { low, median, high }, files, bytes }) => [
    name,
    median.toFixed(1),
    `${low.toFixed(1)}..${high.toFixed(1)}`,
    String(files),
    (bytes / 1000).toFixed(0),
  ])
  return columns([[title, 'ms', 'quartiles', 'files', 'kB'], ...rows])
}
