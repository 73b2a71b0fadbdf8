import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, serve, type Visit } from '../../../test/serve.ts'
import { sessionSite } from '../../../test/session-site.ts'
import { judge } from '../../judging/judge.ts'

type Site = Readonly<Record<string, (visit: Visit) => Reply>>
type Choices = Parameters<typeof sessionSite>[0]

const PUBLIC = { 'cache-control': 'public, max-age=60' }
const GOOD = 'Path=/; HttpOnly; SameSite=Lax'

async function audited(t: TestContext, routes: (visit: Visit) => Reply) {
  const site = await serve(t, routes)
  const file = await audit(site.url)
  const { checks } = judge(file, { finishedAt: '2026-11-29T12:00:00.000Z' })
  const check = checks.find(({ id }) => id === 'shared-cache')
  return {
    ...value(file, 'sharedCache'),
    says: `${check?.verdict} ${check?.severity}`,
    reason: check?.reason ?? '',
  }
}

/** A site with a style sheet on the user's page, and what is answered changed. */
function changed(
  change: (reply: Reply, visit: Visit) => Reply,
  choices: Choices = {},
): (visit: Visit) => Reply {
  const link = '<link rel=stylesheet href=/site.css>'
  const site = sessionSite({ links: link, ...choices }) as Site
  return (visit) => {
    const file = { html: 'body {}', headers: { ...PUBLIC, 'content-type': 'text/css' } }
    const reply = site[visit.at]?.(visit) ?? { status: 404, html: 'Not found' }
    return change(visit.at === 'GET /site.css' ? file : reply, visit)
  }
}

/** A cache before the site that keeps the answers it is told to, with the cookies in them. */
function cached(site: (visit: Visit) => Reply, keeps: (visit: Visit) => boolean): (visit: Visit) => Reply {
  const kept = new Map<string, Reply>()
  return (visit) => {
    const key = `${visit.at}?${visit.query}`
    const reply = kept.get(key) ?? site(visit)
    if (keeps(visit)) kept.set(key, reply)
    return reply
  }
}

test('a sound site passes, and its file is asked for once by each', async (t) => {
  const asked: string[] = []
  const { says, fileAsked, giving } = await audited(
    t,
    changed((reply, { at, query, cookies }) => {
      if (at === 'GET /site.css') asked.push(`${query.get('latchkey')} ${cookies.has('sid')}`)
      return reply
    }),
  )
  assert.match(says, /^pass/)
  assert.equal(fileAsked, true)
  const fresh = giving.filter(({ brought }) => !brought)
  assert.deepEqual(
    fresh.map(({ url, gives, handed }) => [new URL(url).pathname, gives, handed]),
    [['/login', 'visitor', null]],
  )
  assert.deepEqual(
    asked.map((each) => each.split(' ')[1]),
    ['true', 'false'],
  )
  assert.equal(new Set(asked.map((each) => each.split(' ')[0])).size, 1, 'under one address of its own')
  assert.doesNotMatch(asked[0] ?? '', /^null/)
})

const renews = changed((reply, { at, cookies }) => {
  const id = cookies.get('sid')
  return at === 'GET /site.css' && id ? { ...reply, cookies: [`sid=${id}; ${GOOD}`] } : reply
})

test('a file that renews the user’s session and may be kept', async (t) => {
  const { says, giving } = await audited(t, renews)
  assert.equal(says, 'fail high')
  const own = giving.find(({ gives }) => gives === 'user')
  assert.deepEqual([own?.isFile, own?.handed?.isSame], [true, false])
})

test('a page for everybody that gives the user’s session anew, and may be kept', async (t) => {
  const { says } = await audited(
    t,
    changed((reply, { at, cookies }) => {
      const id = cookies.get('sid')
      const start: Reply = { ...reply, headers: { 'cache-control': 's-maxage=31536000' } }
      if (at !== 'GET /') return reply
      return id ? { ...start, cookies: [`sid=${id}; ${GOOD}`] } : start
    }),
  )
  assert.equal(says, 'fail high')
})

test('a cache that hands it to a stranger, who is signed in by it', async (t) => {
  const { says } = await audited(
    t,
    cached(renews, ({ at }) => at === 'GET /site.css'),
  )
  assert.equal(says, 'fail critical')
})

test('a visitor’s session on a page that may be kept is told from one that is handed out', async (t) => {
  const open = (choices?: Choices) =>
    changed((reply, { at }) => (at === 'GET /login' ? { ...reply, headers: PUBLIC } : reply), choices)
  const { says, giving } = await audited(t, open())
  assert.equal(says, 'fail medium')
  assert.deepEqual([giving[0]?.handed?.isSame, giving[0]?.handed?.exchanges.length], [false, 2])
})

/** Each visitor is given the ID of the first that came to this address; the form needs none. */
function handsOut(choices: Choices, isSame: (query: URLSearchParams) => boolean): (visit: Visit) => Reply {
  const site = changed((reply) => reply, { lazy: true, ...choices })
  const first = 'ffffffffa1b2c3d4e5f60718293a4b5c'
  return (visit) => {
    const reply = site(visit)
    if (visit.at !== 'GET /' || visit.cookies.has('sid')) return reply
    const id = isSame(visit.query)
      ? first
      : Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex')
    return { ...reply, cookies: [`sid=${id}; ${GOOD}`] }
  }
}

test('one session for several clients, although nothing was said to caches', async (t) => {
  const { says, reason } = await audited(
    t,
    handsOut({}, (query) => !query.has('latchkey')),
  )
  assert.equal(says, 'fail high')
  assert.match(reason, /same sid there, and another one past caches/)
})

test('data that is complete in itself may be the same for several', async (t) => {
  const data = (text: string) => Buffer.from(JSON.stringify({ visit: text })).toString('base64')
  const site = handsOut({}, () => true)
  const { says } = await audited(t, (visit) => {
    const reply = site(visit)
    if (visit.at !== 'GET /' || visit.cookies.has('sid')) return reply
    return {
      ...reply,
      cookies: [`sid=${data(visit.query.has('latchkey') ? 'another one' : 'the same one')}; ${GOOD}`],
    }
  })
  assert.match(says, /^pass/)
})

test('one value for all, past caches too, is no session of anybody', async (t) => {
  const { says, reason } = await audited(
    t,
    handsOut({}, () => true),
  )
  assert.match(says, /^pass/)
  assert.match(reason, /same for all visitors/)
})

test('a page of the user that renews the session, as it may be kept for who brings the same cookies', async (t) => {
  const account = (headers: Record<string, string>) =>
    changed((reply, { at }) => (at === 'GET /account' ? { ...reply, headers } : reply), { rolling: true })
  assert.equal((await audited(t, account(PUBLIC))).says, 'fail high')
  assert.match((await audited(t, account({ ...PUBLIC, vary: 'Cookie' }))).says, /^pass/)
})
