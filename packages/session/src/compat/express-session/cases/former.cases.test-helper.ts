import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { session } from '../express-session.ts'
import { expressSession, formerCookie } from '../former.test-helper.ts'
import type { Handler } from '../served.test-helper.ts'
import { type Case, counts, site } from './case.test-helper.ts'

const whose: Handler = (req, res) => res.end(`${req.session.user}`)

/** Signed by express-session with one list of secrets, and brought to us with another. */
const signedBy = (of: number, what: string, theirs: unknown, ours: unknown, body: string): Case => ({
  of,
  what,
  async run(t) {
    const store = new expressSession.MemoryStore()
    const cookie = await formerCookie({ store, secret: theirs })
    const served = await site(t, { takeOver: { store, secret: ours as string } }, whose)
    assert.equal((await served.ask({ cookie })).body, body)
  },
})

const key = randomBytes(32)

/** A former store that answers before it returns. */
function synchronousStore() {
  const kept = new Map<string, string>()
  return {
    ...new session.Store(),
    on: () => undefined,
    get: (id: string, done: (error: unknown, session?: unknown) => void) =>
      done(null, JSON.parse(kept.get(id) ?? 'null')),
    set: (id: string, value: object, done: () => void) => {
      kept.set(id, JSON.stringify(value))
      done()
    },
    destroy: (id: string, done: () => void) => {
      kept.delete(id)
      done()
    },
    kept,
  }
}

/** As cookie-parser leaves a request whose header another middleware has changed. */
const parsed = (name: string, from: 'cookies' | 'signedCookies') => (req: object) => {
  const { headers } = req as { headers: Record<string, string | undefined> }
  const value = headers.cookie?.split('=', 2)[1]
  Object.assign(req, { [from]: { [name]: value } })
  headers.cookie = 'foo=bar'
}

const byHeader = 'is a visitor’s: the Cookie header is what a request has'

/** Cookies that express-session has signed, stores of its kind, and cookie-parser. */
export const formerCases: readonly Case[] = [
  {
    of: 86,
    what: 'no secret at all is refused',
    run: () =>
      assert.throws(
        () =>
          session({
            store: new session.MemoryStore(),
            takeOver: { store: new expressSession.MemoryStore(), secret: [] },
          }),
        /secret/,
      ),
  },
  signedBy(87, 'a secret of text is believed', 'awesome', 'awesome', 'bob'),
  signedBy(88, 'a secret of bytes is believed', key, key, 'bob'),
  signedBy(89, 'a list of secrets is believed', ['keyboard', 'nyan'], ['keyboard', 'nyan'], 'bob'),
  signedBy(
    90,
    'what the first of a list has signed is not the second’s',
    ['keyboard', 'nyan'],
    'nyan',
    'undefined',
  ),
  signedBy(91, 'every secret of a list is believed', 'nyan', ['keyboard', 'nyan'], 'bob'),
  {
    of: 137,
    what: 'a store that answers at once is taken over from',
    async run(t) {
      const store = synchronousStore()
      const cookie = await formerCookie({ store, secret: 'cat' }, { count: 1 })
      const served = await site(t, { takeOver: { store, secret: 'cat' } }, counts)
      assert.equal((await served.ask({ cookie })).body, '2')
      assert.equal(store.kept.size, 0)
    },
  },
  {
    of: 138,
    what: 'a session from there ends in the middle of an answer',
    async run(t) {
      const store = synchronousStore()
      const cookie = await formerCookie({ store, secret: 'cat' }, { count: 1 })
      const served = await site(t, { takeOver: { store, secret: 'cat' }, unset: 'destroy' }, (req, res) => {
        const { count } = req.session
        Object.assign(req, { session: null })
        res.write('destroyed\n')
        res.end(`hits: ${count + 1}`)
      })
      assert.equal((await served.ask({ cookie })).body, 'destroyed\nhits: 2')
    },
  },
  {
    of: 139,
    what: 'a cookie that is in req.cookies and not in the header',
    instead: byHeader,
    async run(t) {
      const served = await site(t, { before: parsed('sid', 'cookies') }, counts)
      const { cookie } = await served.ask()
      assert.equal((await served.ask({ cookie })).body, '1')
    },
  },
  {
    of: 140,
    what: 'an unsigned ID of express-session is not believed',
    async run(t) {
      const store = new expressSession.MemoryStore()
      const cookie = await formerCookie({ store, secret: 'cat' })
      const served = await site(t, { takeOver: { store, secret: 'cat' } }, whose)
      const id = decodeURIComponent(cookie).split(':', 2)[1]?.split('.')[0]
      for (const value of [id, `s:${id}`, `s:${id}.`])
        assert.equal((await served.ask({ cookie: `connect.sid=${value}` })).body, 'undefined')
    },
  },
  {
    of: 141,
    what: 'nor one with another signature',
    async run(t) {
      const store = new expressSession.MemoryStore()
      const cookie = await formerCookie({ store, secret: 'cat' })
      const served = await site(t, { takeOver: { store, secret: 'cat' } }, whose)
      assert.equal((await served.ask({ cookie: cookie.replace(/...\./, '.') })).body, 'undefined')
      assert.equal((await served.ask({ cookie: cookie.slice(0, -1) })).body, 'undefined')
      assert.equal((await served.ask({ cookie })).body, 'bob')
    },
  },
  {
    of: 142,
    what: 'a cookie that is in req.signedCookies and not in the header',
    instead: byHeader,
    async run(t) {
      const served = await site(t, { before: parsed('sid', 'signedCookies') }, counts)
      const { cookie } = await served.ask()
      assert.equal((await served.ask({ cookie })).body, '1')
    },
  },
]
