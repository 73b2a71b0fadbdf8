import { readAll } from '../population/ask.ts'
import { cookieAt } from '../population/population.ts'
import { type Child, startChild } from '../speed/child.ts'
import type { Row } from '../speed/groups.ts'
import { getRequest, openLoad } from '../speed/load.ts'
import type { Plan } from '../speed/measure.ts'
import type { Pair } from '../speed/rounds.ts'
import { sessionVariables } from '../speed/sessions.ts'
import { type Populated, startPopulated } from './populated.ts'
import { runRounds, type Server } from './rounds.ts'
import type { MeasuredStore } from './stores.ts'

export interface SizeResult {
  readonly sessions: number
  /** Each request also wrote that the session was used. */
  readonly isTouching: boolean
  readonly pairs: readonly Pair[]
  readonly bytesPerSession: number
}

export interface StoreSizes {
  readonly description: readonly string[]
  readonly results: readonly SizeResult[]
}

interface Size extends Omit<SizeResult, 'pairs'> {
  readonly row: Row
}

/**
 * One store at several sizes, each in servers of its own, in one interleaved run; requests spread over random
 * sessions, each of which was read before. The smallest size is the floor of the others. The largest is also asked
 * when every session was last used more than a minute ago, so that each first request of a session writes.
 */
export async function measureSizes(
  store: MeasuredStore,
  counts: readonly number[],
  plan: Plan,
  note: (text: string) => void,
): Promise<StoreSizes> {
  const populated: Populated[] = []
  const servers = new Map<string, Server>()
  const extra: Child[] = []
  const serve = async (name: string, child: Child, sessions: number) => {
    const request = () => getRequest('/me', cookieAt(Math.floor(Math.random() * sessions)))
    servers.set(name, { child, load: await openLoad(child.port, plan.connections, request) })
  }
  try {
    const sizes: Size[] = []
    for (const sessions of counts) {
      note(`${store.label}: storing ${sessions} sessions`)
      const each = await startPopulated(store, sessions)
      populated.push(each)
      await readAll(each.child.port, sessions)
      const row = rowOf(String(sessions), sessions === counts[0] ? undefined : String(counts[0]))
      await serve(row.name, each.child, sessions)
      sizes.push({ sessions, isTouching: false, bytesPerSession: each.bytesPerSession, row })
    }
    const [last, sessions] = [populated.at(-1), counts.at(-1)]
    if (last && sessions && store.name !== 'memory') {
      const environment = { ...last.environment, [sessionVariables.clock]: String(last.clock + 61_000) }
      const child = await startChild('node', `latchkey-${store.name}`, environment)
      extra.push(child)
      await serve('touching', child, sessions)
      sizes.push({
        sessions,
        isTouching: true,
        bytesPerSession: last.bytesPerSession,
        row: rowOf('touching'),
      })
    }
    const bare = await startChild('node', 'bare')
    extra.push(bare)
    await serve('bare', bare, counts[0] ?? 1)
    // Not the touching one: its sessions are to be touched under measurement.
    for (const [name, { load }] of servers) if (name !== 'touching') await load.run(plan.warmUp)
    const rows = sizes.map(({ row }) => row)
    const rounds = await runRounds(rows, servers, plan, (round) => note(`${store.label}: round ${round + 1}`))
    return {
      description: last?.description ?? [],
      results: sizes.map(({ row, ...size }) => ({ ...size, pairs: rounds.get(row.name) ?? [] })),
    }
  } finally {
    for (const { load } of servers.values()) await load.close()
    for (const child of extra) await child.stop()
    for (const each of populated) await each.stop()
  }
}

function rowOf(name: string, floor?: string): Row {
  return { name, label: name, kind: 'latchkey', ...(floor !== undefined && { floor }) }
}
