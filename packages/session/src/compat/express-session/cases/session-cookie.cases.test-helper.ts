import assert from 'node:assert/strict'
import { session } from '../express-session.ts'
import { type Handler, lifeOf, type Setting } from '../served.test-helper.ts'
import { type Case, counts, minute, site, stores } from './case.test-helper.ts'

const line = (
  of: number,
  what: string,
  setting: Setting,
  path: string,
  check: (line: string) => void,
): Case => ({
  of,
  what,
  async run(t) {
    const served = await site(t, setting)
    const { lines } = await served.ask({ path })
    assert.equal(lines.length, 1, served.errors[0]?.message)
    check(lines[0] ?? '')
  },
})

const admin: Setting = { cookie: { path: '/admin' } }
const forNow = (line: string) => assert.equal(lifeOf(line), null)
const isPartitioned = (line: string) => /; Partitioned/.test(line)

const original: Handler = (req, res) => {
  req.session.hit = true
  res.end(`${req.session.cookie.originalMaxAge}`)
}

/** `originalMaxAge` of a first request, and of one a moment later. */
const originalOf = (of: number, what: string, count: number): Case => ({
  of,
  what,
  async run(t) {
    const served = await site(t, { cookie: { maxAge: 2000 } }, original)
    const first = await served.ask()
    assert.equal(first.body, '2000')
    for (let n = 1; n < count; n++) {
      served.clock.advance('1s')
      assert.equal((await served.ask({ cookie: first.cookie })).body, '2000')
    }
  },
})

const setsExpires =
  (expires: Date | null, isChanged = true): Handler =>
  (req, res) => {
    req.session.cookie.expires = expires
    req.session.hit = isChanged ? (req.session.hit ?? 0) + 1 : true
    res.end()
  }

/** Two requests of a session without an expiry: the second has no cookie. */
const notAgain = (of: number, what: string, isChanged: boolean): Case => ({
  of,
  what,
  async run(t) {
    const served = await site(t, { cookie: { maxAge: minute } }, setsExpires(null, isChanged))
    const first = await served.ask()
    forNow(first.lines[0] ?? '')
    assert.deepEqual((await served.ask({ cookie: first.cookie })).lines, [])
  },
})

const ages = [
  [127, 'as the options have it', 2000],
  [128, 'as the application has changed it', 5000],
  [129, 'as it has changed it to months', 3_000_000_000],
] as const

/** The cookie object of a session. */
export const sessionCookieCases: readonly Case[] = [
  {
    of: 115,
    what: 'httpOnly = false on a session’s cookie',
    instead: 'is an error: scripts would have the session; secure is taken',
    async run(t) {
      const served = await site(t, { proxy: true }, (req, res) => {
        req.session.cookie.secure = true
        if (req.url === '/scripts') req.session.cookie.httpOnly = false
        stores(req, res)
      })
      assert.match((await served.ask({ path: '/scripts' })).body, /httpOnly/)
      assert.match((await served.ask()).lines[0] ?? '', /; Secure; HttpOnly/)
    },
  },
  line(116, 'without a maxAge the cookie is gone with the browser', admin, '/admin', forNow),
  {
    of: 117,
    what: 'such a cookie is set once',
    async run(t) {
      const served = await site(t, admin, counts)
      const { cookie } = await served.ask({ path: '/admin/foo' })
      assert.deepEqual((await served.ask({ path: '/admin', cookie })).lines, [])
    },
  },
  {
    of: 118,
    what: 'all attributes at once, with httpOnly: false',
    instead: 'is an error; the others are taken, and can be changed on one session',
    async run(t) {
      const cookie = { maxAge: 5000, path: '/admin', priority: 'high', secure: true } as const
      assert.throws(() =>
        session({ store: new session.MemoryStore(), name: 's', cookie: { ...cookie, httpOnly: false } }),
      )
      const served = await site(t, { cookie }, (req, res) => {
        req.session.cookie.secure = false
        stores(req, res)
      })
      const { lines } = await served.ask({ path: '/admin' })
      assert.match(lines[0] ?? '', /; Max-Age=5; Path=\/admin; HttpOnly; SameSite=Lax; Priority=High$/)
    },
  },
  {
    of: 119,
    what: 'an expiry that is no date is an error',
    run: () =>
      assert.throws(
        () => session({ store: new session.MemoryStore(), cookie: { expires: new Date(Number.NaN) } }),
        /cookie\.expires/,
      ),
  },
  ...['setHeader', 'writeHead'].map(
    (way, at): Case => ({
      of: 120 + at,
      what: `a cookie of the application’s own, by ${way}, goes out with ours`,
      async run(t) {
        const own = new session.Cookie().serialize('previous', 'value')
        const served = await site(t, {}, (req, res) => {
          req.session.hit = true
          if (way === 'setHeader') res.setHeader('set-cookie', own)
          else res.writeHead(200, { 'set-cookie': own })
          res.end()
        })
        const answer = await served.ask()
        assert.ok(answer.headers['set-cookie']?.includes('previous=value; Path=/; HttpOnly'))
        assert.equal(answer.lines.length, 1)
      },
    }),
  ),
  originalOf(122, 'originalMaxAge is what the options say', 1),
  originalOf(123, 'it stays so from request to request', 3),
  originalOf(124, 'also where the store gives dates back', 2),
  ...ages.map(
    ([of, what, age]): Case => ({
      of,
      what: `the cookie lives ${what}`,
      async run(t) {
        const served = await site(t, { cookie: { maxAge: 2000 }, longestMaxAge: '35d' }, (req, res) => {
          req.session.count = (req.session.count ?? 0) + 1
          if (req.session.count > 1) req.session.cookie.maxAge = age
          res.end(`${req.session.count}`)
        })
        const { cookie } = await served.ask()
        const answer = await served.ask({ cookie })
        assert.deepEqual([answer.body, lifeOf(answer.lines[0])], ['2', age])
      },
    }),
  ),
  {
    of: 130,
    what: 'an expiry in the past takes the cookie away',
    async run(t) {
      const { lines } = await (await site(t, {}, setsExpires(new Date(0)))).ask()
      assert.match(lines[0] ?? '', /; Expires=Thu, 01 Jan 1970 00:00:00 GMT/)
    },
  },
  {
    of: 131,
    what: 'an expiry of null is until the browser is closed',
    async run(t) {
      const { lines } = await (await site(t, { cookie: { maxAge: minute } }, setsExpires(null))).ask()
      forNow(lines[0] ?? '')
    },
  },
  notAgain(132, 'it does not set the cookie again', false),
  notAgain(133, 'nor where the session has changed', true),
  line(134, 'a cookie is not partitioned', {}, '/', (line) => assert.ok(!isPartitioned(line))),
  line(135, 'nor with partitioned: false', { cookie: { partitioned: false } }, '/', (line) =>
    assert.ok(!isPartitioned(line)),
  ),
  line(
    136,
    'it is where the options say so',
    { cookie: { partitioned: true, sameSite: 'none' } },
    '/',
    (line) => assert.ok(isPartitioned(line)),
  ),
]
