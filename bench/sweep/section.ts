import { withoutDurability } from '../backends/durability.ts'
import { startBackends } from '../backends/servers.ts'
import { ask, populate } from '../population/ask.ts'
import { cookieAt } from '../population/population.ts'
import type { Context, Outcome } from '../section.ts'
import { measuredStores } from '../sizes/stores.ts'
import { type Child, startChild } from '../speed/child.ts'
import { getRequest, openLoad, type Run } from '../speed/load.ts'
import { sessionVariables } from '../speed/sessions.ts'
import { type Tail, tailOf } from '../speed/statistics.ts'
import { columns, count } from '../speed/table.ts'

const live = 1000
const minutes = 60_000
const swept = ['sqlite', 'postgres', 'mysql']

/** Requests and how many milliseconds they took. */
interface Served {
  readonly perSecond: number
  readonly tail: Tail
}

interface SweepResult {
  readonly label: string
  readonly removed: number
  readonly seconds: number
  readonly without: Served
  readonly meanwhile: Served
}

/** Removing a million ended sessions in the process that serves requests meanwhile. */
export async function sweepSection({ quick, store, plan, note }: Context): Promise<Outcome> {
  const ended = quick ? 100_000 : 1_000_000
  const results: SweepResult[] = []
  const description = new Set<string>()
  for (const each of measuredStores.filter(({ name }) => swept.includes(name) && name.includes(store))) {
    const backends = await startBackends(each.backends)
    const environment = { ...backends.environment, [sessionVariables.sweeping]: 'off' }
    const child = await startChild('node', `latchkey-${each.name}`, environment)
    try {
      for (const line of backends.description) description.add(line)
      note(`${each.label}: storing ${ended} ended sessions`)
      await withoutDurability(environment, () => prepare(child, ended))
      note(`${each.label}: sweeping`)
      results.push({ label: each.label, ...(await measure(child, ended, plan.connections)) })
    } finally {
      await child.stop()
      await backends.stop()
    }
  }
  return { text: [[...description].join('\n'), table(results)], bounds: [], data: results, charts: [] }
}

async function prepare(child: Child, ended: number): Promise<void> {
  const now = Date.now()
  // They ended one after the other over 20 minutes, as those of real users do.
  const parts = 20
  for (let part = 0; part < parts; part++) {
    const expiresAt = now - (30 + part) * minutes
    const count = Math.floor((ended * (part + 1)) / parts) - Math.floor((ended * part) / parts)
    const from = live + Math.floor((ended * part) / parts)
    await populate(child.port, { from, count, now: expiresAt - 30 * minutes, expiresAt })
  }
  await populate(child.port, { from: 0, count: live, now, expiresAt: now + 30 * minutes })
}

async function measure(
  child: Child,
  ended: number,
  connections: number,
): Promise<Omit<SweepResult, 'label'>> {
  let times: number[] = []
  const request = () => getRequest('/me', cookieAt(Math.floor(Math.random() * live)))
  const load = await openLoad(child.port, connections, request, (milliseconds) => times.push(milliseconds))
  const served = async (run: Promise<Run>): Promise<Served> => {
    times = []
    const { requests, seconds } = await run
    return { perSecond: requests / seconds, tail: tailOf(times) }
  }
  try {
    await load.run(2000)
    const without = await served(load.run(5000))
    let isOver = false
    const sweeping = ask(child.port, '/sweep').finally(() => {
      isOver = true
    })
    const meanwhile = await served(load.runUntil(() => isOver))
    const { result, milliseconds } = await sweeping
    if (result !== ended) throw new Error(`${result} sessions were swept, not ${ended}.`)
    return { removed: ended, seconds: milliseconds / 1000, without, meanwhile }
  } finally {
    await load.close()
  }
}

function table(results: readonly SweepResult[]): string {
  const served = ({ perSecond, tail }: Served) => [
    count(perSecond),
    ...[tail.p50, tail.p99, tail.max].map((milliseconds) => milliseconds.toFixed(1)),
  ]
  const head = ['sweeping while serving GET /me', 'rows', 'seconds', 'without: req/s', 'p50 ms', 'p99', 'max']
  return columns([
    [...head, 'meanwhile: req/s', 'p50 ms', 'p99', 'max'],
    ...results.map(({ label, removed, seconds, without, meanwhile }) => [
      ...[`latchkey ${label}`, count(removed), seconds.toFixed(1)],
      ...[...served(without), ...served(meanwhile)],
    ]),
  ])
}
