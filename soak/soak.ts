/**
 * `npm run soak [-- --minutes N] [--store TEXT] [--seed N] [--path PATH]`: the whole-lifecycle property of the session
 * layer on every store, on random interleavings that no test has seen. Exits 1 if a law was broken, 2 for a wrong
 * argument. Ctrl-C ends it early, with its table.
 *
 *   --minutes N   how long; default 10, at most a day
 *   --store TEXT  only the stores whose name holds this
 *   --seed N      of the first programs; default: another one each time, which is printed
 *   --path PATH   with --seed and one store: plays the one program that a violation was reported with
 */
import { parseArgs } from 'node:util'
import { playBatch } from '../packages/session/src/testing/lifecycle/batch.test-helper.ts'
import { backends } from '../packages/session/src/testing/lifecycle/stores.test-helper.ts'
import { soak } from './soaking.ts'
import { soakTable, violationLines } from './table.ts'

const longest = 24 * 60

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    store: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
    path: { type: 'string' },
  },
})
const minutes = Number(values.minutes)
if (!(minutes > 0 && minutes <= longest))
  refuse(`--minutes ${values.minutes} is not between 0 and ${longest}.`)
const seed = Number(values.seed)
if (!Number.isInteger(seed)) refuse(`--seed ${values.seed} is not a whole number.`)
const chosen = Object.entries(backends).filter(([name]) => name.includes(values.store))
if (chosen.length === 0) refuse(`--store ${values.store}: there are ${Object.keys(backends).join(', ')}.`)
const isBroken = values.path === undefined ? await soakAll() : await replay(values.path)
process.exitCode = isBroken ? 1 : 0

async function soakAll(): Promise<boolean> {
  let end: number | null = null
  let isStopped = false
  process.once('SIGINT', () => {
    isStopped = true
  })
  console.log(`soaking ${chosen.map(([name]) => name).join(', ')} for ${minutes} minutes; seed ${seed}`)
  const all = await soak({
    backends: Object.fromEntries(chosen),
    seed,
    isOver() {
      end ??= performance.now() + minutes * 60_000
      return isStopped || performance.now() >= end
    },
    onViolation: (store, violation) => console.log(violationLines(store, violation)),
  })
  console.log(`\n${soakTable(all)}`)
  for (const { store, trouble } of all) if (trouble) console.log(`${store} could not go on: ${trouble}`)
  return all.some(({ violations, trouble }) => violations.length > 0 || trouble)
}

async function replay(path: string): Promise<boolean> {
  // The exact name where one name begins another.
  const [name, open] =
    chosen.find(([each]) => each === values.store) ?? chosen[0] ?? refuse('--path needs a store.')
  const backend = await open()
  const lane = await backend.lane()
  const { violation } = await playBatch(lane, { seed, runs: 1, path })
  await lane.close()
  await backend.close()
  console.log(
    violation ? violationLines(name, violation) : `no violation on ${name} by seed ${seed}, path ${path}`,
  )
  return violation !== null
}

function refuse(message: string): never {
  console.error(message)
  process.exit(2)
}
