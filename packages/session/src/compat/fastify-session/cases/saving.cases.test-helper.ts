import assert from 'node:assert/strict'
import { at, type Case, lifeOf, minute, name, type Setting, site, watchedStore } from './case.test-helper.ts'

const unknown = `${name}=${'A'.repeat(64)}`
const hour = 60 * minute

/** A request that stores nothing, with a cookie that no session stands behind. */
const unbacked = (of: number, what: string, setting: Setting, url: string, instead?: string): Case => ({
  of,
  what,
  ...(instead && { instead }),
  async run(t) {
    const { ask } = await site(t, setting, () => undefined)
    const { lines, status } = await ask({ url, cookie: instead ? unknown : 'someOtherCookie=foobar' })
    assert.equal(status, 200)
    assert.deepEqual(lines, [])
  },
})

const stays = 'stays: the browser may have been given a newer one meanwhile, which this would take away'

/** A session whose cookie has been given another life: it stays so. */
function overridden(of: number, what: string, cookie: Setting['cookie'], regenerates: boolean): Case {
  return {
    of,
    what,
    async run(t) {
      const { ask } = await site(t, { cookie, longestMaxAge: hour }, async (session, request) => {
        if (request.method === 'POST') {
          session.set('data', 'some')
          session.options({ maxAge: hour })
          return 'hello world'
        }
        const data = session.get('data')
        if (regenerates) await session.regenerate()
        return data
      })
      const first = await ask({ method: 'POST' })
      assert.equal(lifeOf(first.lines[0]), hour)
      const second = await ask(first.cookie)
      assert.equal(second.status, 200)
      assert.equal(lifeOf(second.lines[0]), hour)
      assert.match(second.lines[0] ?? '', /; Path=\/;/)
    },
  }
}

export const savingCases: readonly Case[] = [
  {
    of: 16,
    what: 'with rolling: false the browser’s cookie is not moved',
    async run(t) {
      const { ask } = await site(t, { rolling: false, cookie: { maxAge: minute } }, (session) => {
        session.hit ??= true
      })
      const { cookie } = await ask()
      assert.deepEqual((await ask(cookie)).lines, [])
    },
  },
  {
    of: 17,
    what: 'touch moves the end, also then',
    async run(t) {
      const { ask, clock } = await site(t, { rolling: false, cookie: { maxAge: minute } }, (session) => {
        session.hit ??= true
        session.touch()
        return session.cookie.expires?.toISOString()
      })
      const first = await ask()
      clock.advance(1000)
      const second = await ask(first.cookie)
      assert.equal(new Date(second.body).getTime() - new Date(first.body).getTime(), 1000)
    },
  },
  unbacked(32, 'a cookie that no session stands behind is removed', {}, '/', stays),
  unbacked(33, 'it is removed for its domain', { cookie: { domain: 'domain.test' } }, '/', stays),
  unbacked(34, 'it is removed for its path', { cookie: { path: '/admin' } }, '/admin', stays),
  unbacked(35, 'where no cookie came, none is', {}, '/'),
  {
    of: 36,
    what: 'with rolling: false only a change is written and answered with a cookie',
    async run(t) {
      const store = watchedStore()
      const { ask } = await site(t, { store, rolling: false }, (session) => {
        session.userId = 42
      })
      const { cookie } = await ask()
      assert.equal(store.written, 1)
      assert.notEqual(cookie, '')
      assert.deepEqual((await ask(cookie)).lines, [])
      assert.equal(store.written, 1)
    },
  },
  {
    of: 37,
    what: 'what was saved by hand is not written again',
    async run(t) {
      const store = watchedStore()
      const { ask } = await site(t, { store, rolling: false }, async (session) => {
        session.userId = 42
        assert.deepEqual([session.isModified(), session.isSaved()], [true, false])
        await session.save()
        assert.deepEqual([session.isModified(), session.isSaved()], [false, true])
      })
      const { cookie, status } = await ask()
      assert.equal(status, 200)
      assert.equal(store.written, 1)
      assert.notEqual(cookie, '')
    },
  },
  {
    of: 38,
    what: 'with rolling each answer has the cookie, and each request writes the session',
    instead: 'each answer has the cookie; what has not changed is not written',
    async run(t) {
      const store = watchedStore()
      const { ask } = await site(t, { store, rolling: true }, (session) => {
        session.userId = 42
      })
      const { cookie } = await ask()
      const second = await ask(cookie)
      assert.equal(second.cookie, cookie)
      assert.equal(store.written, 1)
    },
  },
  {
    of: 39,
    what: 'touch gives no end to a cookie that has none',
    async run(t) {
      const { ask } = await site(t, { rolling: false }, (session) => {
        session.touch()
        session.hit = true
        return { expires: session.cookie.expires }
      })
      const first = await ask()
      assert.deepEqual(JSON.parse(first.body), { expires: null })
      assert.deepEqual(JSON.parse((await ask(first.cookie)).body), { expires: null })
    },
  },
  {
    of: 40,
    what: 'a change is saved without rolling and without an end',
    async run(t) {
      const step = (next: string) => (session: { foo?: unknown; cookie: { expires: Date | null } }) => {
        const { foo = 'none' } = session
        assert.equal(session.cookie.expires, null)
        session.foo = next
        return foo
      }
      const { ask } = await site(
        t,
        { rolling: false },
        at({ '/': step('bar'), '/second': step('baz'), '/third': step('end') }),
      )
      const { cookie } = await ask()
      assert.equal((await ask({ url: '/second', cookie })).body, 'bar')
      assert.equal((await ask({ url: '/third', cookie })).body, 'baz')
    },
  },
  overridden(41, 'a session may have a maxAge of its own', { path: '/' }, false),
  {
    of: 42,
    what: 'which no other session has',
    async run(t) {
      const { ask } = await site(t, {}, (session, request) => {
        session.set('data', request.url)
        if (request.url === '/override') session.options({ sameSite: 'strict' })
      })
      assert.match((await ask({ url: '/override' })).lines[0] ?? '', /SameSite=Strict/)
      assert.match((await ask({ url: '/default' })).lines[0] ?? '', /SameSite=Lax/)
    },
  },
  overridden(43, 'also in place of that of the options', { maxAge: 42_000, path: '/' }, false),
  overridden(44, 'and through regenerate', { maxAge: 42_000, path: '/' }, true),
]
