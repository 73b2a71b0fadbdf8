import assert from 'node:assert/strict'
import {
  type AdapterUnderTest,
  type Application,
  cookieName,
  themeCookie,
  withApplication,
} from '../adapter-application.ts'
import type { Law } from './law.ts'

const bodies: Readonly<Record<string, (app: Application) => Promise<void>>> = {
  async 'an answer that carries the session’s cookie is stored by no shared cache, whatever the application says'(
    app,
  ) {
    const first = await app.request('/public/set/tea')
    const login = await app.request('/public/login/alice')
    app.clock.advance('29m')
    await app.request('/', login.cookie)
    app.clock.advance('29m')
    await app.request('/', login.cookie)
    app.clock.advance('2m')
    const renewed = await app.request('/public/', login.cookie)
    const logout = await app.request('/public/logout', login.cookie)
    for (const answer of [first, login, renewed, logout]) {
      assert.equal(answer.sessionCookies.length, 1)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      // RFC 9213, and what servers and CDNs obey in its place.
      for (const name of ['cdn-cache-control', 'surrogate-control', 'x-accel-expires'])
        assert.equal(answer.headers.get(name), null, name)
    }
  },

  async 'an answer without that cookie keeps what the application says of it'(app) {
    const { cookie } = await app.request('/login/alice')
    for (const presented of [cookie, null]) {
      const { headers } = await app.request('/public/', presented)
      assert.equal(headers.get('cache-control'), 'public, max-age=60')
      assert.equal(headers.get('cdn-cache-control'), 'max-age=600')
      // A framework may add its own.
      const varying = headers.get('vary')?.split(', ') ?? []
      for (const name of ['Accept-Language', 'Cookie'])
        assert.ok(varying.includes(name), `${name}: ${varying}`)
    }
  },

  async 'what the application sets last overrules its own cookies alone'(app) {
    for (const path of ['/public/set/tea', '/public/login/alice']) {
      const { headers } = await app.request(path)
      const names = headers.getSetCookie().map((line) => line.split('=')[0])
      assert.deepEqual(names.sort(), [cookieName, themeCookie.split('=')[0]].sort(), path)
    }
  },

  async 'once the head is out, what needs a cookie is refused and has changed nothing'(app) {
    for (const deed of ['regenerate', 'elevate', 'login/alice', 'set-and-login/alice']) {
      const { cookie } = await app.request('/login/alice')
      const late = await app.request(`/early/${deed}`, cookie)
      const kept = late.cookie ?? cookie
      assert.equal(JSON.parse((await app.request('/', kept)).body).user, 'alice', `${deed}: ${late.body}`)
      if (late.cookie === null) assert.match(late.body, /answer_started/)
    }
    const calls = app.calls()
    const visitor = await app.request('/early/set/tea')
    if (visitor.cookie === null) assert.equal(app.calls(), calls, 'a record was made that nobody can open')
  },

  async 'once the head is out, a value is stored and a logout ends the session'(app) {
    const { cookie } = await app.request('/login/alice')
    await app.request('/early/set/tea', cookie)
    assert.equal(JSON.parse((await app.request('/', cookie)).body).value, 'tea')
    assert.match((await app.request('/early/logout', cookie)).body, /"user":null/)
    assert.equal(JSON.parse((await app.request('/', cookie)).body).user, null)
  },

  async 'an answer that has ended is watched no longer'(app) {
    const { cookie } = await app.request('/login/alice')
    for (let n = 0; n < 20; n++) await app.request('/watch', cookie)
    const calls = app.calls()
    await app.lookAtStreams()
    assert.equal(app.calls(), calls, 'ended answers are looked at')
  },
}

/** What an answer's head carries, and when: law 9, and nothing kept by a cache on the way (law 1). */
export function answerLaws(adapter: AdapterUnderTest): Law[] {
  return Object.entries(bodies).map(([name, body]) => ({
    name,
    run: () => withApplication(adapter, {}, body),
  }))
}
