import type { Context, Outcome } from '../section.ts'
import { type Spread, spreadOf } from '../speed/statistics.ts'
import { columns } from '../speed/table.ts'
import { type Asker, sdkAsker, wireAsker } from './askers.ts'

/** The most that listing the tools may take, in pings of the same server. */
const MOST = 20

interface Timed {
  readonly name: string
  readonly ping: Spread
  readonly list: Spread
}

/**
 * `tools/list` of a running `latchkey-audit mcp` beside its `ping`: what it says never changes, so it should cost little
 * more than its bytes. Milliseconds from a client's side, each list right after a ping.
 */
export async function mcpSection({ plan, quick, note }: Context): Promise<Outcome> {
  const rounds = plan.rounds * (quick ? 20 : 40)
  const timed: Timed[] = []
  for (const start of [wireAsker, sdkAsker]) {
    const asker = await start()
    note(asker.name)
    try {
      timed.push(await measure(asker, rounds))
    } finally {
      await asker.stop()
    }
  }
  const bounds = timed.map(({ name, ping, list }) => ({
    what: `mcp ${name}: tools/list to ping, medians of ${rounds}`,
    asked: `at most ${MOST}`,
    measured: (list.median / ping.median).toFixed(1),
    met: list.median <= MOST * ping.median,
  }))
  return { text: [table(timed)], bounds, data: timed, charts: [] }
}

async function measure({ name, ping, list }: Asker, rounds: number): Promise<Timed> {
  const [pings, lists]: [number[], number[]] = [[], []]
  const warmUps = 100
  for (let round = 0; round < rounds + warmUps; round++) {
    const [pinged, listed] = [await took(ping), await took(list)]
    if (round < warmUps) continue
    pings.push(pinged)
    lists.push(listed)
  }
  return { name, ping: spreadOf(pings), list: spreadOf(lists) }
}

async function took(ask: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await ask()
  return performance.now() - start
}

function table(timed: readonly Timed[]): string {
  const cells = ({ low, median, high }: Spread) => [
    median.toFixed(3),
    `${low.toFixed(3)}..${high.toFixed(3)}`,
  ]
  const head = ['latchkey-audit mcp', 'ping, ms', 'quartiles', 'tools/list, ms', 'quartiles']
  return columns([head, ...timed.map(({ name, ping, list }) => [name, ...cells(ping), ...cells(list)])])
}
