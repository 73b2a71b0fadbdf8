import type { Environment } from './child.ts'
import type { Group, Row } from './groups.ts'
import { orderOf, type Pair, pairOf, type Step } from './rounds.ts'
import { assertSignedIn, type Running, sampleOf, startRunning, stopRunning } from './running.ts'

/** Pairs by framework and server name, one per round. */
export type Rounds = ReadonlyMap<string, readonly Pair[]>

export interface Plan {
  readonly rounds: number
  /** How long each server is asked in each round, in milliseconds. */
  readonly window: number
  readonly connections: number
  /** How long each server is asked before the first round, in milliseconds. */
  readonly warmUp: number
}

/**
 * Runs every server of every group, each in its own process, in rounds (`orderOf`). Each is set against the mean of
 * the bare runs just before and after it, so that what else the machine does hits both.
 * @param progress called before each round
 * @param environment what every process gets to know
 */
export async function measureGroups(
  groups: readonly Group[],
  plan: Plan,
  progress: (round: number) => void,
  environment: Environment = {},
): Promise<Rounds> {
  const running = new Map<string, Running>()
  try {
    for (const group of groups) await startGroup(group, plan, environment, running)
    for (const { load } of running.values()) await load.run(plan.warmUp)
    const pairs = new Map<string, Pair[]>()
    for (let round = 0; round < plan.rounds; round++) {
      progress(round)
      for (const { framework, rows } of groups) {
        const at = (name: string) => running.get(keyOf(framework, name))
        for (const [name, pair] of await runRound(rows, round, plan.window, at)) {
          const key = keyOf(framework, name)
          pairs.set(key, [...(pairs.get(key) ?? []), pair])
        }
      }
    }
    // A server that has forgotten the session would have been asked for nothing.
    for (const { child, cookie } of running.values()) await assertSignedIn(child.port, cookie)
    return pairs
  } finally {
    for (const each of running.values()) await stopRunning(each)
  }
}

export const keyOf = (framework: string, name: string) => `${framework} ${name}`

const bare: Row = { name: 'bare', label: 'bare', kind: 'floor' }

async function startGroup(
  { framework, rows }: Group,
  { connections }: Plan,
  environment: Environment,
  running: Map<string, Running>,
) {
  // Those who sign in come first: the bare servers and floors get the Cookie header of Latchkey.
  const visitors = [...rows.filter(({ kind }) => kind === 'floor'), bare]
  let cookie = ''
  for (const row of [...rows.filter(({ kind }) => kind !== 'floor'), ...visitors]) {
    const each = await startRunning({
      framework,
      name: row.elsewhere?.name ?? row.name,
      ...(row.elsewhere && { checkout: row.elsewhere.checkout }),
      connections,
      environment: { ...environment, ...row.environment },
      ...(row.kind === 'floor' && { cookie }),
    })
    running.set(keyOf(framework, row.name), each)
    if (cookie === '' && row.kind === 'latchkey') cookie = each.cookie
  }
}

/** One round of one framework's rows, its bare server among the servers; pairs by row. */
export async function runRound(
  rows: readonly Row[],
  round: number,
  window: number,
  serverOf: (name: string) => Pick<Running, 'child' | 'load'> | undefined,
): Promise<[name: string, Pair][]> {
  const steps: Step[] = []
  for (const name of orderOf(rows, round)) {
    const server = serverOf(name)
    if (!server) throw new Error(`The server ${name} is not running.`)
    steps.push({ name, sample: await sampleOf(server, window) })
  }
  return rows.map((row) => [row.name, pairOf(row, steps)])
}
