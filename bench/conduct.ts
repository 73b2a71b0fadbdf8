/**
 * `npm run conduct [-- NAME...] [--trials N] [--json FILE]`: the races that end sessions wrongly, on Latchkey and on its
 * peers in one run, over real HTTP on the loopback interface.
 * Exits 1 if any race went wrong on Latchkey even once, or if a server did not run, so that nothing was measured.
 *
 *   NAME...      only these columns, by the beginning of their ids; default all
 *   --trials N   how often each race is run on each server; default 20
 *   --json FILE  also writes the counts there
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { columns } from './conduct/columns.ts'
import { type Conduct, measureConduct } from './conduct/measure.ts'
import { races } from './conduct/races.ts'
import { conductTable } from './conduct/table.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { trials: { type: 'string', default: '20' }, json: { type: 'string' } },
})
const trials = Number(values.trials)
if (!Number.isInteger(trials) || trials < 1) {
  console.error(`--trials ${values.trials} is not a number of trials. Write 20.`)
  process.exit(2)
}

const chosen = columns.filter(
  ({ id }) => positionals.length === 0 || positionals.some((name) => id.startsWith(name)),
)
if (chosen.length === 0) {
  console.error(
    `No column is ${positionals.join(' or ')}. There are ${columns.map(({ id }) => id).join(', ')}.`,
  )
  process.exit(2)
}

const conducts: Conduct[] = []
for (const column of chosen) conducts.push(await measureConduct(column, trials))

console.log(`${conductTable(conducts)}\n`)
const broken = conducts.flatMap((conduct) => conduct.broken)
for (const line of broken) console.log(`NOT MEASURED: ${line}`)
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(toJson(conducts), null, 2)}\n`)

const ours = sum(conducts.filter(({ column }) => column.ours))
const theirs = sum(conducts.filter(({ column }) => !column.ours))
const passed = ours.happened === 0 && broken.length === 0
console.log(
  `${passed ? 'ok' : 'FAILED'}: ${races.length} races; latchkey ${ours.happened} of ${ours.trials} went wrong, ` +
    `its peers ${theirs.happened} of ${theirs.trials}; ${broken.length} not measured`,
)
process.exitCode = passed ? 0 : 1

function sum(some: readonly Conduct[]): { happened: number; trials: number } {
  const counts = some.flatMap((conduct) => [...conduct.counts.values()])
  return {
    happened: counts.reduce((total, { happened }) => total + happened, 0),
    trials: counts.reduce((total, count) => total + count.trials, 0),
  }
}

function toJson(all: readonly Conduct[]) {
  return {
    trials,
    columns: all.map(({ column, counts, broken }) => ({
      id: column.id,
      setup: column.setup(),
      races: Object.fromEntries(counts),
      broken,
    })),
  }
}
