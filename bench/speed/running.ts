import { type Agent, request } from 'node:http'
import { type Child, type Environment, startChild } from './child.ts'
import { getRequest, type Load, openLoad } from './load.ts'
import type { Sample } from './rounds.ts'

/** A server under measurement, with a client that is signed in. */
export interface Running {
  readonly cookie: string
  readonly child: Child
  readonly load: Load
}

export interface Start {
  readonly framework: string
  readonly name: string
  readonly connections: number
  readonly environment?: Environment
  /** Where the server's sources are. Default: here. */
  readonly checkout?: string
  /** The Cookie header to send; without one the client signs in. */
  readonly cookie?: string
}

/** Starts a server in a process of its own, and its client; throws unless the sign-in holds. */
export async function startRunning({ framework, name, connections, environment = {}, ...start }: Start) {
  const child = await startChild(framework, name, environment, start.checkout)
  try {
    const cookie = start.cookie ?? (await signIn(child.port))
    const text = getRequest('/me', cookie)
    return { child, cookie, load: await openLoad(child.port, connections, () => text) }
  } catch (error) {
    await child.stop()
    throw error
  }
}

export async function stopRunning({ child, load }: Running): Promise<void> {
  await load.close()
  await child.stop()
}

/** Not counted: idle since its last turn, a server may have to open connections again or ask for what it had cached. */
const leadIn = 100

/** Asks the server for so many milliseconds. */
export async function sampleOf(
  { child, load }: Pick<Running, 'child' | 'load'>,
  window: number,
): Promise<Sample> {
  await load.run(Math.min(leadIn, window))
  const before = await child.cpu()
  const { requests, seconds } = await load.run(window)
  return { perSecond: requests / seconds, cpu: ((await child.cpu()) - before) / requests }
}

/** The Cookie header after a sign-in, once it is clear that it opens the session. */
export async function signIn(port: number): Promise<string> {
  const { setCookies } = await get(port, '/login?user=u-000001')
  // hono-sessions sends two lines of one name when it rotates; browsers keep the last.
  const pairs = setCookies.map((line) => line.slice(0, line.indexOf(';')))
  const cookie = [...new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair])).values()].join(
    '; ',
  )
  await assertSignedIn(port, cookie)
  return cookie
}

/** @throws Error unless the server takes the cookie's user for signed in */
export async function assertSignedIn(port: number, cookie: string): Promise<void> {
  const { body } = await get(port, '/me', cookie)
  if (body !== '{"user":"u-000001"}') throw new Error(`The sign-in did not hold: ${body}`)
}

export interface Answer {
  readonly body: string
  readonly setCookies: readonly string[]
}

/** One request, over a connection of its own unless an agent keeps some. */
export function get(port: number, path: string, cookie = '', agent: Agent | false = false): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = cookie === '' ? {} : { cookie }
    const sent = request({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ body, setCookies: response.headers['set-cookie'] ?? [] }))
    })
    sent.on('error', reject).end()
  })
}
