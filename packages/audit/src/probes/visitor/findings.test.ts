import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { noWait } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { express, java, php, stored } from '../../../test/visitor-sessions.ts'
import { type Giver, type Part, visitorSite } from '../../../test/visitor-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'

async function verdictsOf(t: TestContext, ...givers: readonly Giver[]) {
  const site = await serve(t, visitorSite(...givers))
  const file = await gather({ url: site.url, passive: true }, noWait)
  const report = judge(file, { finishedAt: '2026-11-29T12:00:00.000Z' })
  const found = new Map(report.checks.map((check) => [check.id, check]))
  return (id: string) => `${found.get(id)?.verdict} ${found.get(id)?.severity}`
}

const GOOD = 'Path=/; HttpOnly; SameSite=Lax'
let issued = 1_000_000
const count = () => {
  issued += 1
  return String(issued)
}

/** A page that tells the visitor's session to its scripts. */
function repeats(give: Giver): Giver {
  return (visit, isFile) => {
    const part = give(visit, isFile)
    const value = visit.cookies.get('connect.sid') ?? part.sets?.[0]?.split(/[=;]/)[1] ?? ''
    return { ...part, headers: { ...part.headers, 'x-visit': value } }
  }
}

/** Each fault, and the same without it. */
const FAULTS: readonly (readonly [check: string, says: string, bad: Giver, good: Giver])[] = [
  ['cookie-httponly', 'fail medium', express({ attributes: 'Path=/; SameSite=Lax' }), express()],
  ['cookie-samesite', 'fail low', express({ attributes: 'Path=/; HttpOnly' }), express()],
  ['cookie-lifetime', 'fail low', express({ attributes: `${GOOD}; Max-Age=31536000` }), express()],
  ['cookie-scope', 'fail medium', express({ attributes: `${GOOD}; Domain=other.example` }), express()],
  ['strict-ids', 'fail medium', php(), php({ strict: true })],
  [
    'id-length',
    'fail high',
    stored({ token: true, makeId: () => randomBytes(4).toString('hex') }),
    stored({ token: true }),
  ],
  ['id-length', 'fail high', stored({ token: true, makeId: count }), stored({ token: true })],
  ['id-in-url', 'fail high', java({ rewrites: true }), java()],
  ['default-name', 'fail info', express(), express({ name: 'shop' })],
  ['id-exposed', 'fail medium', repeats(express()), express()],
]

for (const [at, [check, says, bad, good]] of FAULTS.entries()) {
  test(`${check} of a visitor's session fails where it should, and passes beside it (${at})`, async (t) => {
    assert.equal((await verdictsOf(t, bad))(check), says)
    assert.match((await verdictsOf(t, good))(check), /^pass /)
  })
}

test('an answer that gives a session and may be kept by shared caches fails shared-cache', async (t) => {
  const sends =
    (value: string): Giver =>
    () => ({ headers: { 'cache-control': value } })
  assert.equal((await verdictsOf(t, express(), sends('public, max-age=60')))('shared-cache'), 'fail medium')
  assert.equal((await verdictsOf(t, express(), sends('max-age=60')))('shared-cache'), 'fail medium')
  assert.match((await verdictsOf(t, express(), sends('private, max-age=60')))('shared-cache'), /^pass/)
  assert.match((await verdictsOf(t, express()))('shared-cache'), /^pass/)
  assert.match((await verdictsOf(t, express()))('caching'), /^skipped/)
})

test('one session for two clients is handed out by a cache only where the site makes others past it', async (t) => {
  const pages = (isKept: (query: URLSearchParams) => boolean): Giver => {
    const give = express()
    const kept = new Map<string, Part>()
    return (visit, isFile) => {
      const part = kept.get(visit.at) ?? give({ ...visit, cookies: new Map() }, isFile)
      if (isKept(visit.query)) kept.set(visit.at, part)
      return isKept(visit.query) ? part : give({ ...visit, cookies: new Map() }, isFile)
    }
  }
  assert.equal(
    (
      await verdictsOf(
        t,
        pages((query) => query.size === 0),
      )
    )('shared-cache'),
    'fail high',
  )
  assert.match(
    (
      await verdictsOf(
        t,
        pages(() => true),
      )
    )('shared-cache'),
    /^(?:skipped|inconclusive)/,
  )
})

test('a login form by GET fails, one by POST passes, and nothing is ever posted', async (t) => {
  const page = (method: string) => ({
    'GET /': () => ({
      html: `<form method=${method} action=/in><input name=user><input type=password name=pw></form>`,
    }),
  })
  for (const [method, says] of [
    ['get', 'fail'],
    ['post', 'pass'],
  ] as const) {
    const site = await serve(t, page(method))
    const file = await gather({ url: site.url, passive: true }, noWait)
    const report = judge(file, { finishedAt: '2026-11-29T12:00:00.000Z' })
    assert.equal(report.checks.find(({ id }) => id === 'login-form')?.verdict, says)
    assert.ok(site.seen.every((at) => at === 'GET /'))
  }
})

test('a site that refuses in the middle is never judged by what it did not say', async (t) => {
  for (let from = 3; from < 12; from += 1) {
    let asked = 0
    const routes = visitorSite(express({ name: 'shop', attributes: 'Path=/' }))
    const site = await serve(t, (visit) => {
      asked += 1
      return asked >= from ? { status: 503, html: 'Later' } : routes(visit)
    })
    const file = await gather({ url: site.url, passive: true }, noWait)
    const report = judge(file, { finishedAt: '2026-11-29T12:00:00.000Z' })
    const passed = report.checks.filter(
      ({ id, verdict }) => /^(?:strict|id-in)/.test(id) && verdict === 'pass',
    )
    if (from < 7)
      assert.deepEqual(
        passed.map(({ id }) => id),
        [],
        `from request ${from}`,
      )
  }
})
