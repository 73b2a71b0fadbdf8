import assert from 'node:assert/strict'
import { Cookie, type CookieOptions } from '../fastify-session.ts'
import { formerCookie, formerSession, secret } from '../former.test-helper.ts'
import { type Case, lifeOf, minute, open, type Setting, site } from './case.test-helper.ts'

const saidHttps = { ...open, 'x-forwarded-proto': 'https' }
const anything = /^sid=[\w-]{64};/

/** One request that stores something, and its line; null: that there is none. */
function lined(
  of: number,
  what: string,
  setting: Setting,
  expected: RegExp | null,
  {
    headers = open,
    url = '/',
    own,
  }: { headers?: Record<string, string>; url?: string; own?: CookieOptions } = {},
): Case {
  return {
    of,
    what,
    async run(t) {
      const { ask } = await site(t, setting, (session) => {
        if (own) session.options(own)
        session.test = {}
      })
      const { lines, status } = await ask({ headers, url })
      assert.equal(status, 200)
      if (expected) assert.match(lines[0] ?? '', expected)
      else assert.deepEqual(lines, [])
    },
  }
}

const refused = (of: number, what: string, cookie: CookieOptions, why: RegExp, instead: string): Case => ({
  of,
  what,
  instead,
  run: (t) => assert.rejects(site(t, { cookie }), { code: 'config_invalid', message: why }),
})

const attributes = [
  'expires',
  'originalMaxAge',
  'sameSite',
  'secure',
  'path',
  'httpOnly',
  'domain',
  'partitioned',
]
const start = 1_000_000
const clock = () => start

export const cookieCases: readonly Case[] = [
  lined(1, 'over TLS the cookie is set', { encrypted: true }, /; Secure; HttpOnly; SameSite=Lax/),
  lined(2, 'without TLS it is not', { encrypted: false }, null),
  lined(3, 'nor where a trusted proxy says so', { trustProxy: true, encrypted: false }, null, {
    headers: { ...open, 'x-forwarded-proto': 'http' },
  }),
  lined(4, 'it is where the proxy had TLS', { trustProxy: true, encrypted: false }, anything, {
    headers: saidHttps,
  }),
  {
    of: 5,
    what: 'the maxAge of the options is the originalMaxAge of the session’s cookie',
    async run(t) {
      const { ask } = await site(t, { cookie: { maxAge: 100_000 } }, (session) =>
        assert.equal(session.cookie.originalMaxAge, 100_000),
      )
      assert.equal((await ask()).status, 200)
    },
  },
  lined(6, 'with maxAge the line says when it ends', { cookie: { maxAge: 42_000 } }, /; Max-Age=42(;|$)/, {
    headers: {},
  }),
  lined(
    7,
    'with a domain the line has it',
    { cookie: { domain: 'localhost.test' } },
    /; Path=\/; Domain=localhost\.test;/,
    {
      headers: {},
    },
  ),
  lined(8, 'sameSite: true is Strict', { cookie: { sameSite: true } }, /; SameSite=Strict/, { headers: {} }),
  lined(
    9,
    'with a path the line has it',
    { cookie: { path: '/a/test/path' } },
    /; Path=\/a\/test\/path; Secure/,
    {
      headers: {},
      url: '/a/test/path',
    },
  ),
  refused(
    10,
    'expires, one moment for all sessions, is in the line',
    { expires: new Date(34_214_461_000) },
    /^fastifySession: cookie\.expires is one moment.*request\.session\.cookie\.expires/,
    'is refused: the sessions after that moment would be over at once',
  ),
  {
    of: 11,
    what: 'httpOnly: false gives the cookie to scripts',
    instead: 'is refused',
    run: (t) =>
      assert.rejects(site(t, { cookie: { httpOnly: false } }), {
        code: 'config_invalid',
        message: /every script/,
      }),
  },
  lined(12, 'secure: false goes without TLS', { cookie: { secure: false } }, /; HttpOnly; SameSite=Lax$/),
  lined(
    13,
    'a session’s own secure: false does too',
    { cookie: { secure: true } },
    /; HttpOnly; SameSite=Lax$/,
    {
      own: { secure: false },
    },
  ),
  lined(14, 'a session’s own secure: true does not', { cookie: { secure: false } }, null, {
    own: { secure: true },
  }),
  lined(
    15,
    'secure auto without TLS is not Secure',
    { cookie: { secure: 'auto' } },
    /; HttpOnly; SameSite=Lax$/,
  ),
  lined(16, 'and is Lax', { cookie: { secure: 'auto' }, encrypted: false }, /; HttpOnly; SameSite=Lax$/),
  lined(
    17,
    'also where sameSite is none',
    { cookie: { secure: 'auto', sameSite: 'none' }, encrypted: false },
    /; HttpOnly; SameSite=Lax$/,
  ),
  lined(
    18,
    'which it stays over TLS',
    { cookie: { secure: 'auto', sameSite: 'none' }, encrypted: true },
    /; Secure; HttpOnly; SameSite=None/,
  ),
  lined(19, 'secure auto over TLS is Secure', { cookie: { secure: 'auto' }, encrypted: true }, /; Secure/),
  lined(
    20,
    'and where a trusted proxy had TLS',
    { cookie: { secure: 'auto' }, trustProxy: true },
    /; Secure/,
    {
      headers: saidHttps,
    },
  ),
  {
    ...lined(
      21,
      'partitioned is in the line',
      { cookie: { partitioned: true, sameSite: 'none' }, encrypted: true },
      /; Secure; .*; Partitioned/,
    ),
    instead: "with sameSite: 'none'; alone it is refused, since browsers would send that cookie nowhere",
  },
  refused(
    22,
    'of maxAge and expires, maxAge counts',
    { maxAge: 1000, expires: new Date(34_214_461_000) },
    /one moment for all sessions/,
    'expires is refused beside it too',
  ),
  {
    of: 23,
    what: 'a session that has a maxAge of its own keeps it, also from there',
    async run(t) {
      const store = new formerSession.MemoryStore()
      const cookie = await formerCookie({ store, cookie: { secure: false, maxAge: minute } })
      const { ask } = await site(t, {
        now: Date.now,
        cookie: { maxAge: 2 * minute },
        takeOver: { store, secret },
      })
      assert.equal(lifeOf((await ask(cookie)).lines[0]), minute)
      assert.equal(lifeOf((await ask()).lines[0]), 2 * minute)
    },
  },
  {
    of: 24,
    what: 'secure: false is what the session’s cookie says',
    async run(t) {
      const { ask } = await site(t, { cookie: { secure: false } }, (session) => {
        assert.equal(session.cookie.secure, false)
        session.hit = true
      })
      assert.match(
        (await ask({ headers: open })).lines[0] ?? '',
        /^sid=[\w-]{64}; Path=\/; HttpOnly; SameSite=Lax$/,
      )
    },
  },
  { of: 25, what: 'a cookie may be made without attributes', run: () => void new Cookie({}) },
  {
    of: 26,
    what: 'it has all attributes, and what they are kept in',
    instead: 'has those that were set',
    run() {
      const cookie = new Cookie({ sameSite: 'lax', secure: true, domain: 'a.test', partitioned: true })
      for (const each of [...attributes, 'maxAge']) assert.ok(each in cookie, each)
      assert.ok(!('_expires' in cookie))
    },
  },
  {
    of: 27,
    what: 'as JSON it has all, and none of what they are kept in',
    run() {
      const json = new Cookie({}).toJSON()
      for (const each of attributes) assert.ok(each in json, each)
      for (const each of ['_expires', 'maxAge']) assert.ok(!(each in json), each)
    },
  },
  {
    of: 28,
    what: 'an end is a maxAge, and no originalMaxAge',
    instead: 'is both, as with express-session: whoever touches the session moves it',
    run() {
      const cookie = new Cookie({ expires: new Date(start + 1000) }, clock)
      assert.equal(cookie.maxAge, 1000)
      assert.equal(cookie.originalMaxAge, 1000)
    },
  },
  {
    of: 29,
    what: 'a maxAge is an end, and the originalMaxAge',
    run() {
      const cookie = new Cookie({ maxAge: 1000 }, clock)
      assert.equal(cookie.expires?.getTime(), start + 1000)
      assert.equal(cookie.maxAge, 1000)
      assert.equal(cookie.originalMaxAge, 1000)
    },
  },
  { of: 30, what: 'without either there is no maxAge', run: () => assert.equal(new Cookie({}).maxAge, null) },
]
