import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type { TestContext } from 'node:test'
import type { FastifyTakeOver } from '../fastify-session.ts'
import { formerCookie, formerSession, secret } from '../former.test-helper.ts'
import { type Case, lifeOf, minute, name, site, tells, watchedStore } from './case.test-helper.ts'

const require = createRequire(import.meta.url)
const { Signer } = require('@fastify/cookie') as { Signer: new (secret: string, algorithm: string) => never }

const unknown = `${name}=${'A'.repeat(64)}`
const line = (named: string) => new RegExp(`^${named}=[\\w-]{64}; Path=/; Secure; HttpOnly; SameSite=Lax`)

/** Signed by @fastify/session in one way, and taken over when it is told the same. */
function takenOver(of: number, what: string, theirs: object, ours: Partial<FastifyTakeOver>): Case {
  return {
    of,
    what,
    async run(t) {
      const { answer, cookie } = await brought(t, { secret, ...theirs }, { secret, ...ours })
      assert.deepEqual(JSON.parse(answer.body), { user: 'bob' })
      assert.notEqual(answer.cookie, '')
      assert.ok(!cookie.includes(answer.cookie.slice(name.length + 1)))
    },
  }
}

async function brought(t: TestContext, theirs: object, ours: Omit<FastifyTakeOver, 'store'>) {
  const store = new formerSession.MemoryStore()
  const cookie = await formerCookie({ store, ...theirs })
  const { ask } = await site(t, { takeOver: { store, ...ours } }, tells)
  return { cookie, answer: await ask(cookie), ask }
}

export const baseCases: readonly Case[] = [
  {
    of: 1,
    what: 'a body that cannot be read is answered without a cookie',
    async run(t) {
      const { ask } = await site(t)
      const answer = await ask({ method: 'POST', headers: { 'content-type': 'application/json' } })
      assert.equal(answer.status, 400)
      assert.deepEqual(answer.lines, [])
    },
  },
  {
    of: 2,
    what: 'what is saved is the values, and no ID',
    async run(t) {
      const store = watchedStore()
      const { ask } = await site(t, { store }, async (session) => {
        session.test = true
        await session.save()
        assert.equal(store.sids.size, 1)
        const record = await store.read([...store.sids][0] ?? '')
        assert.deepEqual(record?.data, { test: 'true' })
      })
      assert.equal((await ask()).status, 200)
    },
  },
  {
    of: 3,
    what: 'each visitor of whom something is stored is given a cookie of his own',
    async run(t) {
      const { ask } = await site(t)
      const [one, other] = [await ask(), await ask()]
      for (const { lines } of [one, other]) assert.match(lines[0] ?? '', line(name))
      assert.notEqual(one.cookie, other.cookie)
    },
  },
  {
    of: 4,
    what: 'cookies that any secret of a list has signed are believed',
    async run(t) {
      const list = ['geheim', secret]
      for (const theirs of list) {
        const { answer, cookie, ask } = await brought(t, { secret: [theirs] }, { secret: list })
        assert.deepEqual(JSON.parse(answer.body), { user: 'bob' })
        assert.deepEqual(JSON.parse((await ask(answer.cookie)).body), { user: 'bob' })
        // Once, under a new token.
        assert.notEqual(answer.cookie, cookie)
      }
    },
  },
  {
    of: 5,
    what: 'the cookie has the name that it is given',
    async run(t) {
      const { ask } = await site(t, { cookieName: 'anothername' })
      assert.match((await ask()).lines[0] ?? '', line('anothername'))
    },
  },
  {
    of: 6,
    what: 'without a name the cookie is called sessionId',
    instead: 'is called __Host-session, which no subdomain can plant',
    async run(t) {
      const { ask } = await site(t, { cookieName: undefined })
      assert.match((await ask()).all[0] ?? '', line('__Host-session'))
    },
  },
  takenOver(
    7,
    'a cookie with the prefix of express-session is believed',
    { cookieName: 'connect.sid', cookiePrefix: 's:' },
    { cookieName: 'connect.sid', cookiePrefix: 's:' },
  ),
  {
    of: 8,
    what: 'a session that is over is followed by a new one',
    async run(t) {
      const { ask, clock } = await site(t, { cookie: { maxAge: 100_000 } })
      const { cookie } = await ask()
      clock.advance(100_000)
      const later = await ask(cookie)
      assert.notEqual(later.cookie, cookie)
      assert.equal(lifeOf(later.lines[0]), 100_000)
    },
  },
  {
    of: 9,
    what: 'with maxAge the session’s cookie has an end',
    async run(t) {
      const { ask, clock } = await site(t, { cookie: { maxAge: 42_000 } }, (session) => {
        session.hit = true
        assert.equal(session.cookie.expires?.getTime(), clock.now() + 42_000)
      })
      const { lines, status } = await ask(unknown)
      assert.equal(status, 200)
      assert.equal(lifeOf(lines[0]), 42_000)
    },
  },
  {
    of: 10,
    what: 'who brings one that is over is given a new cookie',
    async run(t) {
      const { ask, clock } = await site(t)
      const { cookie } = await ask()
      clock.advance(30 * minute)
      const { lines } = await ask(cookie)
      assert.match(lines[0] ?? '', line(name))
      assert.notEqual(lines[0], cookie)
    },
  },
  {
    of: 11,
    what: 'who brings one that does not exist is given a new cookie',
    async run(t) {
      const { ask } = await site(t)
      const { cookie, lines } = await ask(unknown)
      assert.match(lines[0] ?? '', line(name))
      assert.notEqual(cookie, unknown)
    },
  },
  {
    of: 12,
    what: 'where the cookie’s path does not reach there is no cookie',
    async run(t) {
      const { ask } = await site(t, { cookie: { path: '/path/' } }, () => undefined)
      const { lines, status } = await ask()
      assert.equal(status, 200)
      assert.deepEqual(lines, [])
    },
  },
  {
    of: 13,
    what: 'a cookie with a signature that is none starts a new session',
    async run(t) {
      const store = new formerSession.MemoryStore()
      const cookie = await formerCookie({ store })
      const { ask } = await site(t, { takeOver: { store, secret } }, (session) => {
        assert.equal(session.user, undefined)
        session.hit = true
      })
      const answer = await ask(`${cookie.split('.')[0]}.badsignature`)
      assert.equal(answer.status, 200)
      assert.match(answer.lines[0] ?? '', line(name))
    },
  },
  {
    of: 14,
    what: 'of a visitor without values nothing is stored, and he has no cookie',
    async run(t) {
      const store = watchedStore()
      const { ask } = await site(t, { store, saveUninitialized: false }, () => undefined)
      assert.deepEqual((await ask()).lines, [])
      assert.equal(store.sids.size, 0)
    },
  },
  takenOver(15, 'a signature by sha256 is believed', { algorithm: 'sha256' }, { algorithm: 'sha256' }),
  takenOver(16, 'a signature by sha512 is believed', { algorithm: 'sha512' }, { algorithm: 'sha512' }),
  takenOver(
    17,
    'the signature of a signer is believed',
    { secret: new Signer(secret, 'sha512') },
    { secret: new Signer(secret, 'sha512') },
  ),
]
