import assert from 'node:assert/strict'
import type { SessionsOptions } from '../options.ts'
import type { Session } from '../session.ts'
import { createSessions, type Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory.ts'
import { pairOf } from './browser.ts'
import { fakeClock } from './clock.ts'
import type { Law } from './law.ts'
import { brokenStore, countingStore } from './wrapped-store.ts'

/** What a test application does with the session of one request; resolves to the text of a 200 answer. */
export type AdapterHandler = (session: Session, path: string) => Promise<string>

/** A real server on loopback. */
export interface ServedAdapter {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string
  close(): Promise<void>
}

export interface AdapterUnderTest {
  /**
   * Serves every path, GET and POST: opens the request's session through the adapter, sets the cookie `theme=dark`
   * by the framework's own means, and answers 200 with the text of `handler(session, path)`. Errors of `handler`
   * are left to the adapter and the framework.
   */
  serve(sessions: Sessions, handler: AdapterHandler): Promise<ServedAdapter>
}

const cookieName = '__Host-session'
const themeCookie = 'theme=dark'
const exemptPath = '/for/others'

interface Application {
  readonly sessions: Sessions
  readonly store: ReturnType<typeof brokenStore>
  readonly clock: ReturnType<typeof fakeClock>
  readonly calls: () => number
  request(path: string, cookie?: string | null, headers?: Record<string, string>): Promise<Answer>
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Headers
  /** Set-Cookie lines of the session cookie. */
  readonly sessionCookies: readonly string[]
  /** `name=value` of the session cookie that was set, if one was. */
  readonly cookie: string | null
}

async function handle(session: Session, path: string): Promise<string> {
  const [, action, argument = ''] = path.split('/')
  if (action === 'set') await session.set('value', argument)
  if (action === 'set-twice') await Promise.all([session.set('a', 1), session.set('b', 2)])
  if (action === 'login') await session.login(argument)
  if (action === 'set-and-login') {
    await session.set('value', argument)
    await session.login(argument)
  }
  if (action === 'regenerate') await session.regenerate()
  if (action === 'logout') await session.logout()
  if (action === 'too-large') await session.set('value', 'x'.repeat(70_000))
  if (action === 'crash') throw new Error('a fault of the application')
  return JSON.stringify({ user: session.userId, value: session.get('value') ?? null })
}

const bodies: Readonly<Record<string, (app: Application) => Promise<void>>> = {
  async 'a visitor gets no session cookie'(app) {
    const answer = await app.request('/')
    assert.deepEqual([answer.status, answer.sessionCookies], [200, []])
    assert.deepEqual(JSON.parse(answer.body), { user: null, value: null })
    assert.equal(app.calls(), 0)
  },

  async 'the first write sets one cookie with every attribute, and the next request has the value'(app) {
    const answer = await app.request('/set/tea')
    const [line = ''] = answer.sessionCookies
    assert.equal(answer.sessionCookies.length, 1)
    assert.match(line, /^__Host-session=[\w-]{64}; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
    assert.equal(JSON.parse((await app.request('/', answer.cookie)).body).value, 'tea')
  },

  async 'cookies of the application stay beside the session’s'(app) {
    for (const path of ['/', '/set/tea', '/set-and-login/alice']) {
      const { headers } = await app.request(path)
      assert.ok(
        headers.getSetCookie().some((line) => line.startsWith(themeCookie)),
        path,
      )
    }
  },

  async 'several changes in one request leave one session cookie, the last'(app) {
    for (const path of ['/set-twice', '/set-and-login/alice']) {
      assert.equal((await app.request(path)).sessionCookies.length, 1, path)
    }
    const answer = await app.request('/set-and-login/alice')
    assert.equal(JSON.parse((await app.request('/', answer.cookie)).body).user, 'alice')
  },

  async 'login and regenerate replace the cookie, and the old one is dead'(app) {
    const first = await app.request('/set/tea')
    const login = await app.request('/login/alice', first.cookie)
    const rotated = await app.request('/regenerate', login.cookie)
    assert.equal(new Set([first.cookie, login.cookie, rotated.cookie]).size, 3)
    for (const dead of [first, login])
      assert.equal(JSON.parse((await app.request('/', dead.cookie)).body).user, null)
    assert.deepEqual(JSON.parse((await app.request('/', rotated.cookie)).body), {
      user: 'alice',
      value: 'tea',
    })
  },

  async 'logout removes the cookie, and a copy of it is dead'(app) {
    const { cookie } = await app.request('/login/alice')
    const [line = ''] = (await app.request('/logout', cookie)).sessionCookies
    assert.match(line, /^__Host-session=;.* Max-Age=0;.*Path=\/; Secure; HttpOnly/)
    assert.equal(JSON.parse((await app.request('/', cookie)).body).user, null)
  },

  async 'unknown, dead and malformed cookies are answered without a cookie'(app) {
    const { cookie } = await app.request('/login/alice')
    await app.sessions.revokeAll()
    for (const presented of [
      cookie,
      `${cookieName}=${'A'.repeat(64)}`,
      `${cookieName}=x`,
      `${cookieName}=`,
    ]) {
      const answer = await app.request('/', presented)
      assert.deepEqual([answer.status, answer.sessionCookies], [200, []])
    }
  },

  async 'when the store cannot answer: 503 for a presented cookie, 200 without one'(app) {
    const { cookie } = await app.request('/login/alice')
    app.store.fail(true)
    for (const path of ['/', '/logout']) {
      const answer = await app.request(path, cookie)
      assert.deepEqual([answer.status, answer.sessionCookies], [503, []])
      assert.doesNotMatch(answer.body, /alice/)
    }
    assert.equal((await app.request('/')).status, 200)
    assert.deepEqual(
      [(await app.request('/set/tea')).status, (await app.request('/login/bob')).status],
      [503, 503],
    )
    app.store.fail(false)
    assert.equal(JSON.parse((await app.request('/', cookie)).body).user, 'alice')
  },

  async 'other session errors become their status: 413 for a record that is too large'(app) {
    const { cookie } = await app.request('/set/tea')
    assert.equal((await app.request('/too-large', cookie)).status, 413)
    assert.equal(JSON.parse((await app.request('/', cookie)).body).value, 'tea')
  },

  async 'errors of the application stay the application’s'(app) {
    assert.equal((await app.request('/crash')).status, 500)
  },

  async 'requests at the same time do not share a session'(app) {
    const users = Array.from({ length: 20 }, (_, n) => `user${n}`)
    const logins = await Promise.all(users.map((user) => app.request(`/login/${user}`)))
    const seen = await Promise.all(logins.map(({ cookie }) => app.request('/', cookie)))
    assert.deepEqual(
      seen.map(({ body }) => JSON.parse(body).user),
      users,
    )
  },

  async 'caches keep nothing that a session shows, unless the application says so'(app) {
    const visitor = await app.request('/')
    assert.equal(visitor.headers.get('cache-control'), null)
    assert.match(visitor.headers.get('vary') ?? '', /\bCookie\b/i)
    const first = await app.request('/set/tea')
    const later = await app.request('/', first.cookie)
    const logout = await app.request('/logout', first.cookie)
    for (const { headers } of [first, later, logout]) assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(logout.headers.get('clear-site-data'), '"cache", "storage"')
    assert.equal(later.headers.get('clear-site-data'), null)
  },

  async 'what a page of another origin sends is refused, except where it may be sent'(app) {
    const { cookie } = await app.request('/login/alice')
    const crossSite = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    const refused = await app.request('/set/evil', cookie, crossSite)
    assert.deepEqual([refused.status, refused.sessionCookies], [403, []])
    assert.equal((await app.request('/login/mallory', null, crossSite)).status, 403, 'login CSRF')
    assert.equal(JSON.parse((await app.request('/', cookie)).body).value, null)
    assert.equal((await app.request('/set/tea?x=1', cookie, { 'sec-fetch-site': 'same-origin' })).status, 200)
    assert.equal((await app.request(`${exemptPath}?x=1`, cookie, crossSite)).status, 200)
  },

  async 'both timeouts act through the adapter'(app) {
    const { cookie } = await app.request('/login/alice')
    app.clock.advance('29m')
    assert.equal(JSON.parse((await app.request('/', cookie)).body).user, 'alice')
    app.clock.advance('30m')
    assert.equal(JSON.parse((await app.request('/', cookie)).body).user, null)
  },
}

/** Everything an adapter must keep, over real HTTP on loopback; see {@link AdapterUnderTest}. */
export function adapterLaws(adapter: AdapterUnderTest): Law[] {
  return Object.entries(bodies).map(([name, body]) => ({ name, run: () => withApplication(adapter, body) }))
}

async function withApplication(
  adapter: AdapterUnderTest,
  body: (app: Application) => Promise<void>,
): Promise<void> {
  const clock = fakeClock()
  const counting = countingStore(memoryStore())
  const store = brokenStore(counting)
  const crossOrigin = { exempt: [exemptPath] }
  const options: SessionsOptions = { store, crossOrigin, now: clock.now, sweepInterval: false }
  const sessions = createSessions(options)
  const served = await adapter.serve(sessions, handle)
  try {
    await body({
      sessions,
      store,
      clock,
      calls: counting.calls,
      request: (path, cookie, headers) => request(`${served.url}${path}`, cookie ?? null, headers),
    })
  } finally {
    await served.close()
  }
}

async function request(
  url: string,
  cookie: string | null,
  more: Record<string, string> = {},
): Promise<Answer> {
  const headers = {
    connection: 'close',
    ...more,
    ...(cookie === null ? {} : { cookie: `a=b; ${cookie}; c=d` }),
  }
  const response = await fetch(url, { method: 'POST', headers, redirect: 'manual' })
  const sessionCookies = response.headers.getSetCookie().filter((line) => line.startsWith(`${cookieName}=`))
  const issued = sessionCookies.map(pairOf).find((pair) => pair !== `${cookieName}=`)
  return {
    status: response.status,
    body: await response.text(),
    headers: response.headers,
    sessionCookies,
    cookie: issued ?? null,
  }
}
