/**
 * `npm run faults [-- --only ID,ID] [--browsers N] [--seed N] [--defaults] [--json FILE]`: real stores fail in every way that we
 * know of, under an application that is served by two processes and used by several users over real HTTP.
 * Exits 1 if one answer was wrong, a request waited beyond its deadline, or a fault could not be measured.
 *
 *   --only IDS     only the faults whose id begins with one of these
 *   --browsers N   users at the same time; default 8
 *   --seed N       of what they do; default: another one each time, which is printed
 *   --defaults     with the clients' default settings, to see what those that docs/operating.md names are for
 *   --json FILE    also writes the figures there
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { stopDatabases } from './databases.ts'
import { type Fault, withSettings } from './fault.ts'
import { faults } from './list.ts'
import { measure } from './measure.ts'
import { type Outcome, problemsOf } from './outcome.ts'
import type { ApplicationSettings } from './settings.ts'
import { faultTable, noteLines, problemLines } from './table.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    browsers: { type: 'string', default: '8' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    defaults: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const browsers = numberOf('browsers', values.browsers)
const load = { browsers, refusals: 5, answers: 60, thinking: 8, seed: numberOf('seed', values.seed) }

const chosen = faults.filter(({ id }) => values.only.split(',').some((start) => id.startsWith(start)))
const outcomes: Outcome[] = []
const broken: string[] = []
for (const fault of chosen) await run(fault)
await stopDatabases()

console.log(`\n${faultTable(outcomes)}\n`)
for (const line of noteLines(outcomes)) console.log(line)
for (const line of problemLines(outcomes)) console.log(`WRONG: ${line}`)
for (const line of broken) console.log(`NOT MEASURED: ${line}`)
if (values.json !== undefined)
  await writeFile(values.json, `${JSON.stringify(outcomes.map(toJson), null, 2)}\n`)

const wrong = outcomes.filter((outcome) => problemsOf(outcome).length > 0).length + broken.length
const passed = wrong === 0 && chosen.length > 0
console.log(`${passed ? 'ok' : 'FAILED'}: ${chosen.length} faults, ${wrong} of them wrong; seed ${load.seed}`)
process.exitCode = passed ? 0 : 1

async function run(fault: Fault): Promise<void> {
  console.error(`${fault.id} ...`)
  try {
    const outcome = await measure(values.defaults ? withSettings(fault, asTheyCome) : fault, load)
    outcomes.push(outcome)
  } catch (error) {
    broken.push(`${fault.id}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The clients' own settings instead of the recommended ones. */
function asTheyCome(settings: ApplicationSettings): ApplicationSettings {
  const { store } = settings
  return 'client' in store ? { ...settings, store: { ...store, client: 'defaults' } } : settings
}

function numberOf(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  console.error(`--${name} ${text} is not a positive whole number.`)
  process.exit(2)
}

function toJson(outcome: Outcome) {
  const { fault, sent, refused, longestWait, recovery, findings } = outcome
  const { id, title, store, client, window = null } = fault
  return {
    ...{ id, title, store, client, sent, refused, longestWait, recovery, window },
    wrong: findings.wrongs,
    returned: findings.returned.length,
    lost: findings.lost.length,
    valuesLost: findings.valuesLost.length,
    stale: findings.stale,
    problems: problemsOf(outcome),
  }
}
