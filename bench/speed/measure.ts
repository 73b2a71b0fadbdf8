import { request } from 'node:http'
import { type Child, startChild } from './child.ts'
import type { Group } from './groups.ts'
import { getRequest, type Load, openLoad } from './load.ts'

/** One short run of one server. */
export interface Sample {
  readonly perSecond: number
  /** The server's own CPU time per request, in microseconds. */
  readonly cpu: number
}

/** A server beside its bare one, in the same seconds. */
export interface Pair {
  readonly own: Sample
  readonly bare: Sample
}

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

interface Running {
  readonly cookie: string
  readonly child: Child
  readonly load: Load
}

/**
 * Runs every server of every group, each in its own process, in rounds: bare, one, bare, another, bare. Each is set
 * against the mean of the bare runs just before and after it, so that what else the machine does hits both.
 * @param progress called before each round
 */
export async function measureGroups(
  groups: readonly Group[],
  plan: Plan,
  progress: (round: number) => void,
): Promise<Rounds> {
  const running = new Map<string, Running>()
  try {
    for (const group of groups) await startGroup(group, plan, running)
    for (const { load } of running.values()) await load.run(plan.warmUp)
    const pairs = new Map<string, Pair[]>()
    for (let round = 0; round < plan.rounds; round++) {
      progress(round)
      for (const group of groups) await runRound(group, round, plan, running, pairs)
    }
    // A server that has forgotten the session would have been asked for nothing.
    for (const { child, cookie } of running.values()) await assertSignedIn(child.port, cookie)
    return pairs
  } finally {
    for (const { child, load } of running.values()) {
      await load.close()
      await child.stop()
    }
  }
}

export const keyOf = (framework: string, name: string) => `${framework} ${name}`

async function startGroup({ framework, rows }: Group, plan: Plan, running: Map<string, Running>) {
  // Latchkey's first: the bare servers get its Cookie header.
  const names = rows.map(({ name }) => name).filter((name) => name !== 'header')
  let cookie = ''
  for (const name of [...names, 'header', 'bare']) {
    const child = await startChild(framework, name)
    const own = names.includes(name) ? await signIn(child.port) : cookie
    if (name === 'latchkey-memory') cookie = own
    const text = getRequest('/me', own)
    const load = await openLoad(child.port, plan.connections, () => text)
    running.set(keyOf(framework, name), { child, load, cookie: own })
  }
}

async function runRound(
  { framework, rows }: Group,
  round: number,
  plan: Plan,
  running: ReadonlyMap<string, Running>,
  pairs: Map<string, Pair[]>,
) {
  const at = (name: string) => sample(running.get(keyOf(framework, name)), plan.window)
  // Another order each time: nobody is always the one after the slowest.
  const turn = round % rows.length
  let before = await at('bare')
  for (const { name } of [...rows.slice(turn), ...rows.slice(0, turn)]) {
    const own = await at(name)
    const after = await at('bare')
    const key = keyOf(framework, name)
    pairs.set(key, [...(pairs.get(key) ?? []), { own, bare: mean(before, after) }])
    before = after
  }
}

async function sample(server: Running | undefined, window: number): Promise<Sample> {
  if (!server) throw new Error('The server is not running.')
  const before = await server.child.cpu()
  const { requests, seconds } = await server.load.run(window)
  return { perSecond: requests / seconds, cpu: ((await server.child.cpu()) - before) / requests }
}

function mean(a: Sample, b: Sample): Sample {
  return { perSecond: (a.perSecond + b.perSecond) / 2, cpu: (a.cpu + b.cpu) / 2 }
}

/** The Cookie header after a sign-in, once it is clear that it opens the session. */
async function signIn(port: number): Promise<string> {
  const { setCookies } = await get(port, '/login?user=u-000001', '')
  // hono-sessions sends two lines of one name when it rotates; browsers keep the last.
  const pairs = setCookies.map((line) => line.slice(0, line.indexOf(';')))
  const cookie = [...new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair])).values()].join(
    '; ',
  )
  await assertSignedIn(port, cookie)
  return cookie
}

async function assertSignedIn(port: number, cookie: string): Promise<void> {
  const { body } = await get(port, '/me', cookie)
  if (body !== '{"user":"u-000001"}') throw new Error(`The sign-in did not hold: ${body}`)
}

function get(port: number, path: string, cookie: string): Promise<{ body: string; setCookies: string[] }> {
  return new Promise((resolve, reject) => {
    const headers = cookie === '' ? {} : { cookie }
    const sent = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ body, setCookies: response.headers['set-cookie'] ?? [] }))
    })
    sent.on('error', reject).end()
  })
}
