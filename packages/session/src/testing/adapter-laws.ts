import assert from 'node:assert/strict'
import {
  type AdapterUnderTest,
  type Application,
  cookieName,
  exemptPath,
  themeCookie,
  withApplication,
} from './adapter-application.ts'
import { answerLaws } from './laws/answer-laws.ts'
import { errorLaws } from './laws/error-laws.ts'
import type { Law } from './laws/law.ts'
import { navigationLaws } from './laws/navigation-laws.ts'
import { sharedCacheLaws } from './laws/shared-cache-laws.ts'

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

  async 'a logout of a session that has ended leaves nothing in the browser but a newer cookie'(app) {
    const { cookie } = await app.request('/login/alice')
    await app.sessions.revokeAll()
    const late = await app.request('/logout', cookie)
    assert.deepEqual([late.sessionCookies, late.headers.get('clear-site-data')], [[], '"cache", "storage"'])
    const visitor = await app.request('/logout')
    assert.deepEqual([visitor.sessionCookies, visitor.headers.get('clear-site-data')], [[], null])
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
  const laws = Object.entries(bodies).map(([name, body]) => ({
    name,
    run: () => withApplication(adapter, {}, body),
  }))
  return [
    ...laws,
    ...errorLaws(adapter),
    ...answerLaws(adapter),
    ...sharedCacheLaws(adapter),
    ...navigationLaws(adapter),
  ]
}
