import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import type { AdapterOptions } from '../adapters/core/answers.ts'
import { createSessions } from '../create-sessions.ts'
import type { SessionsOptions } from '../options.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { pairOf } from './browser.ts'
import { fakeClock } from './clock.ts'
import { brokenStore, countingStore } from './wrapped-store.ts'

/** What a test application does with the session of one request; resolves to the text of a 200 answer. */
export type AdapterHandler = (session: Session, path: string) => Promise<string>

/** A real server on loopback. */
export interface ServedAdapter {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string
  /** Ends it with all of its connections. */
  close(): Promise<void>
}

export interface AdapterUnderTest {
  /**
   * Serves every path, GET and POST: opens the request's session through the adapter, sets the cookie `theme=dark`
   * by the framework's own means, and answers 200 with the text of `handler(session, path)`. Errors of `handler`
   * are left to the adapter and the framework. The adapter is made with `options`.
   *
   * - Below `/public/`, the application has the headers of {@link publicHeaders} and that cookie set last, in place of
   *   what there is under those names (`setHeader`, not `appendHeader`).
   * - Below `/early/`, it sends the head and a first byte before it calls `handler`, and answers an error of it by
   *   the error's code as text.
   */
  serve(sessions: Sessions, handler: AdapterHandler, options: AdapterOptions): Promise<ServedAdapter>
}

/** What the application says of answers below `/public/`. */
export const publicHeaders = {
  'cache-control': 'public, max-age=60',
  'cdn-cache-control': 'max-age=600',
  'surrogate-control': 'max-age=600',
  'x-accel-expires': '600',
  vary: 'Accept-Language',
} as const

export const cookieName = '__Host-session'
export const themeCookie = 'theme=dark'
export const exemptPath = '/for/others'

/** A server of a test application, and what is needed to look into it. */
export interface Application {
  /** Where it is served, without a slash at the end. */
  readonly url: string
  readonly sessions: Sessions
  readonly store: ReturnType<typeof brokenStore>
  readonly clock: ReturnType<typeof fakeClock>
  readonly calls: () => number
  /** What `warn` was told. */
  readonly warnings: readonly string[]
  /** Resolves when the next looks at open streams must have begun. */
  lookAtStreams(): Promise<void>
  /** POST, without what only browsers send. */
  request(path: string, cookie?: string | null, headers?: Record<string, string>): Promise<Answer>
  send(method: string, path: string, cookie: string | null, headers: Record<string, string>): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Headers
  /** Set-Cookie lines of the session cookie. */
  readonly sessionCookies: readonly string[]
  /** `name=value` of the session cookie that was set, if one was. */
  readonly cookie: string | null
}

async function handle(session: Session, path: string): Promise<string> {
  const [, action, argument = ''] = path.replace(/^\/(public|early)(?=\/)/, '').split('/')
  if (action === 'set') await session.set('value', argument)
  if (action === 'set-twice') await Promise.all([session.set('a', 1), session.set('b', 2)])
  if (action === 'login') await session.login(argument)
  if (action === 'set-and-login') {
    await session.set('value', argument)
    await session.login(argument)
  }
  if (action === 'regenerate') await session.regenerate()
  if (action === 'logout') await session.logout()
  if (action === 'confirmed-only') session.requireFresh('10m')
  if (action === 'admins-only') session.requirePrivilege('admin')
  if (action === 'elevate') await session.elevate('admin', { for: '15m' })
  if (action === 'too-large') await session.set('value', 'x'.repeat(70_000))
  if (action === 'watch') assert.equal(session.signal.aborted, false)
  if (action === 'no-json') await session.set('value', () => undefined)
  if (action === 'no-policy') await session.login('alice', { policy: argument })
  if (action === 'crash') throw new Error('a fault of the application')
  return JSON.stringify({ user: session.userId, value: session.get('value') ?? null })
}

export async function withApplication(
  adapter: AdapterUnderTest,
  adapterOptions: AdapterOptions,
  body: (app: Application) => Promise<void>,
): Promise<void> {
  const clock = fakeClock()
  const counting = countingStore(memoryStore())
  const store = brokenStore(counting)
  const crossOrigin = { exempt: [exemptPath] }
  const streamCheckInterval = 100
  const warnings: string[] = []
  const options: SessionsOptions = {
    warn: (message) => void warnings.push(message),
    store,
    crossOrigin,
    now: clock.now,
    sweepInterval: false,
    streamCheckInterval,
  }
  const sessions = createSessions(options)
  const served = await adapter.serve(sessions, handle, adapterOptions)
  const send: Application['send'] = (method, path, cookie, headers) =>
    request(`${served.url}${path}`, method, cookie, headers)
  try {
    await body({
      url: served.url,
      sessions,
      store,
      clock,
      calls: counting.calls,
      warnings,
      lookAtStreams: () => setTimeout(2 * streamCheckInterval),
      request: (path, cookie, headers) => send('POST', path, cookie ?? null, headers ?? {}),
      send,
    })
  } finally {
    await served.close()
  }
}

// Not fetch, which sets Sec-Fetch-Mode by itself and refuses to ask for an upgrade.
async function request(
  url: string,
  method: string,
  cookie: string | null,
  more: Record<string, string>,
): Promise<Answer> {
  const headers = { connection: 'close', ...more, ...(cookie !== null && { cookie: `a=b; ${cookie}; c=d` }) }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(url, { method, headers, agent: false }, resolve).once('error', reject).end()
  })
  const { rawHeaders, statusCode = 0 } = response
  const pairs = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : []))
  const received = new Headers(pairs as [string, string][])
  const sessionCookies = received.getSetCookie().filter((line) => line.startsWith(`${cookieName}=`))
  const issued = sessionCookies.map(pairOf).find((pair) => pair !== `${cookieName}=`)
  return {
    status: statusCode,
    body: await text(response),
    headers: received,
    sessionCookies,
    cookie: issued ?? null,
  }
}
