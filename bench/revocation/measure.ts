import { Agent } from 'node:http'
import type { Environment } from '../speed/child.ts'
import type { Run } from '../speed/load.ts'
import { get, type Running, startRunning, stopRunning } from '../speed/running.ts'

/** One revocation, in milliseconds of the clock that all processes of a machine share (`process.hrtime`). */
export interface Revocation {
  /** When the revoking process called and when its call resolved. */
  readonly start: number
  readonly end: number
  /** When the other process first found nobody signed in. */
  readonly refusedAt: number
}

export interface Revocations {
  readonly revocations: readonly Revocation[]
  readonly perSecond: number
}

const busyConnections = 16
// Several, so that hardly any time passes between two questions of the busy process.
const watchers = 4

/**
 * One process revokes, another is busy with requests and has the session in its near cache. Requests with the revoked
 * token reach it without a pause; when it refuses the first of them, it says the time.
 */
export async function measureRevocations(
  store: string,
  count: number,
  environment: Environment,
  progress: (done: number) => void,
): Promise<Revocations> {
  const start = { framework: 'node', name: `latchkey-${store}`, connections: busyConnections, environment }
  const busy = await startRunning(start)
  const revoking = await startRunning({ ...start, connections: 1 })
  const agent = new Agent({ keepAlive: true })
  let isOver = false
  try {
    const load = busy.load.runUntil(() => isOver)
    // Its failure ends the measurement when it is awaited.
    load.catch(() => undefined)
    const revocations: Revocation[] = []
    try {
      for (let done = 0; done < count; done++) {
        if (done % 100 === 0) progress(done)
        revocations.push(await revokeOne(revoking, busy, agent))
      }
    } finally {
      isOver = true
    }
    const { requests, seconds }: Run = await load
    return { revocations, perSecond: requests / seconds }
  } finally {
    agent.destroy()
    await stopRunning(busy)
    await stopRunning(revoking)
  }
}

async function revokeOne(revoking: Running, busy: Running, agent: Agent): Promise<Revocation> {
  const { body, setCookies } = await get(revoking.child.port, '/login?user=u-000001', '', agent)
  const cookie = setCookies.at(-1)?.split(';')[0] ?? ''
  const watched = Array.from({ length: watchers }, () => watch(busy, cookie, agent))
  // Each has been let in: by then the copy is in the cache.
  await Promise.all(watched.map(({ letIn }) => letIn))
  const revoked = await get(revoking.child.port, `/revoke?sid=${JSON.parse(body).sid}`, '', agent)
  const { ended, start, end } = JSON.parse(revoked.body)
  if (ended !== true) throw new Error('There was no session to revoke.')
  const outcomes = await Promise.all(watched.map(({ outcome }) => outcome))
  const refusedAt = Math.min(...outcomes.map(({ refusedAt }) => refusedAt))
  if (outcomes.some(({ letInAt }) => letInAt > refusedAt)) throw new Error('Let in again after a refusal.')
  return { start, end, refusedAt }
}

interface Watched {
  readonly letIn: Promise<void>
  readonly outcome: Promise<{ readonly letInAt: number; readonly refusedAt: number }>
}

const patience = 10_000

function watch({ child }: Running, cookie: string, agent: Agent): Watched {
  const letIn = Promise.withResolvers<void>()
  async function ask() {
    const end = performance.now() + patience
    let letInAt = 0
    for (let asked = 0; performance.now() < end; asked++) {
      const { user, at } = JSON.parse((await get(child.port, '/seen', cookie, agent)).body)
      if (user === null && asked === 0) throw new Error('The sign-in did not hold.')
      if (user === null) return { letInAt, refusedAt: at }
      letInAt = at
      // The second answer comes from the cache.
      if (asked > 0) letIn.resolve()
    }
    throw new Error(`A revoked session was still let in after ${patience} ms.`)
  }
  const outcome = ask()
  outcome.catch(letIn.reject)
  return { letIn: letIn.promise, outcome }
}
