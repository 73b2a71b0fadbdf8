import { ask, readAll } from '../population/ask.ts'
import { cookieAt } from '../population/population.ts'
import { type Child, startChild } from '../speed/child.ts'
import type { Row } from '../speed/groups.ts'
import { getRequest, type Load, openLoad } from '../speed/load.ts'
import type { Plan } from '../speed/measure.ts'
import type { Pair } from '../speed/rounds.ts'
import { type Populated, startPopulated } from './populated.ts'
import { runRounds } from './rounds.ts'
import type { MeasuredStore } from './stores.ts'

/** What the memory store is compared with: all in the process itself, so that its bytes are theirs. */
export const forms = [
  { name: 'memory', label: 'latchkey memory', backends: [], footprint: null },
  { name: 'memory-json', label: 'Map of JSON texts', backends: [], footprint: null },
  { name: 'memory-objects', label: 'Map of objects, which it was', backends: [], footprint: null },
] as const satisfies readonly MeasuredStore[]

export type FormName = (typeof forms)[number]['name']

export interface FormResult {
  readonly name: FormName
  readonly label: string
  readonly sessions: number
  readonly bytesPerSession: number
  /** Beside a Map of objects of the same size, but for that itself. */
  readonly pairs: readonly Pair[]
  /** How long the longest garbage collection of each round stopped the process, in milliseconds; at the largest size. */
  readonly stops: readonly number[]
}

interface Running {
  readonly name: FormName
  readonly label: string
  readonly sessions: number
  readonly populated: Populated
  readonly load: Load
}

const collections = 5
// A tenth of a million: more than one young generation, so that it is collected many times.
const replaced = 100_000

/** The same sessions in each form at several sizes, each in a server of its own, in one interleaved run. */
export async function measureForms(
  counts: readonly number[],
  plan: Plan,
  note: (text: string) => void,
): Promise<FormResult[]> {
  const running: Running[] = []
  const open = async (child: Child, sessions: number) =>
    openLoad(child.port, plan.connections, () =>
      getRequest('/me', cookieAt(Math.floor(Math.random() * sessions))),
    )
  const bare = await startChild('node', 'bare')
  const bareLoad = await open(bare, 1000)
  try {
    for (const sessions of counts) {
      for (const form of forms) {
        note(`${form.label}: storing ${sessions} sessions`)
        const populated = await startPopulated(form, sessions)
        const load = await open(populated.child, sessions)
        running.push({ name: form.name, label: form.label, sessions, populated, load })
        await readAll(populated.child.port, sessions)
      }
    }
    const servers = new Map(
      running.map((each) => [rowOf(each).name, { child: each.populated.child, load: each.load }]),
    )
    servers.set('bare', { child: bare, load: bareLoad })
    for (const { load } of servers.values()) await load.run(plan.warmUp)
    const pairs = await runRounds(running.map(rowOf), servers, plan, (round) =>
      note(`forms: round ${round + 1}`),
    )
    note('forms: garbage collections')
    const stops = await measureStops(running.filter(({ sessions }) => sessions === counts.at(-1)))
    return running.map(({ name, label, sessions, populated: { bytesPerSession } }) => ({
      name,
      label,
      sessions,
      bytesPerSession,
      pairs: pairs.get(rowOf({ name, label, sessions }).name) ?? [],
      stops: sessions === counts.at(-1) ? (stops.get(name) ?? []) : [],
    }))
  } finally {
    await bareLoad.close()
    await bare.stop()
    for (const { load, populated } of running) {
      await load.close()
      await populated.stop()
    }
  }
}

function rowOf({ name, label, sessions }: Pick<Running, 'name' | 'label' | 'sessions'>): Row {
  const former = `memory-objects ${sessions}`
  return {
    name: `${name} ${sessions}`,
    label,
    kind: 'latchkey',
    ...(name !== 'memory-objects' && { floor: former }),
  }
}

/** One after the other in each round, so that what else the machine does hits all of them. */
async function measureStops(largest: readonly Running[]): Promise<ReadonlyMap<FormName, readonly number[]>> {
  const stops = new Map<FormName, number[]>(largest.map(({ name }) => [name, []]))
  for (let round = 0; round < collections; round++) {
    for (const { name, sessions, populated } of largest) {
      const count = Math.min(replaced, sessions)
      const from = (round * count) % sessions
      const lifetime = `now=${populated.clock}&expiresAt=${populated.clock + 8 * 3_600_000}`
      const asked = await ask(populated.child.port, `/replace?from=${from}&count=${count}&${lifetime}`)
      stops.get(name)?.push(Number(asked.result))
    }
  }
  return stops
}
