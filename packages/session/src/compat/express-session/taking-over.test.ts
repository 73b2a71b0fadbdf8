import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sidOf, site, stores, watchedStore } from './cases/case.test-helper.ts'
import { expressSession, formerCookie } from './former.test-helper.ts'
import type { ExpressSessionOptions } from './options.ts'
import type { Handler } from './served.test-helper.ts'

const secret = 'keyboard cat'

const whose: Handler = (req, res) => res.end(`${req.session.user}`)

async function former(options: object = {}, values?: Record<string, unknown>) {
  const store = new expressSession.MemoryStore()
  const cookie = await formerCookie({ store, secret, ...options }, values)
  const id = /s:([^.]+)/.exec(decodeURIComponent(cookie))?.[1] ?? ''
  return { store, cookie, id }
}

test('who planted the old cookie has nothing of the session that it became', async (t) => {
  const { store, cookie } = await former({}, { cart: [] })
  const ours = watchedStore()
  const served = await site(t, { store: ours, takeOver: { store, secret } }, async (req, res) => {
    if (req.url === '/login') {
      await req.session.regenerate()
      req.session.user = 'alice'
    }
    res.end(`${req.session.user}`)
  })
  const victim = await served.ask({ cookie })
  const login = await served.ask({ path: '/login', cookie: victim.cookie })
  assert.notEqual(sidOf(login.cookie), sidOf(victim.cookie))
  for (const planted of [cookie, victim.cookie]) {
    const answer = await served.ask({ cookie: planted })
    assert.deepEqual([answer.body, answer.lines], ['undefined', []])
  }
  assert.equal((await served.ask({ cookie: login.cookie })).body, 'alice')
})

test('an old process that writes the session again does not bring its ID back', async (t) => {
  const { store, cookie, id } = await former()
  const served = await site(t, { takeOver: { store, secret } }, whose)
  const taken = await served.ask({ cookie })
  await served.auth.sessions.revoke(sidOf(taken.cookie))
  const session = { user: 'bob', cookie: { originalMaxAge: null, expires: null, path: '/' } }
  for (const wait of ['1ms', '1m', '10d'] as const) {
    await new Promise<void>((resolve) => store.set(id, session, resolve))
    served.clock.advance(wait)
    const answer = await served.ask({ cookie })
    assert.deepEqual([answer.body, answer.lines], ['undefined', []], wait)
    await new Promise<void>((resolve) =>
      store.get(id, (_error, found) => {
        assert.equal(found ?? null, null, 'it is destroyed again')
        resolve()
      }),
    )
  }
})

test('a session that cannot be kept stays where it is, and the error says why', async (t) => {
  const { store, cookie } = await former({}, { user: 'bob', large: 'x'.repeat(2000) })
  const small = await site(t, { takeOver: { store, secret }, maxRecordBytes: 1000 }, whose)
  assert.equal((await small.ask({ cookie })).status, 413)
  const large = await site(t, { takeOver: { store, secret } }, whose)
  assert.equal((await large.ask({ cookie })).body, 'bob')
})

test('where our store fails, the next request can try again', async (t) => {
  const { store, cookie } = await former()
  const ours = watchedStore()
  const { create } = ours
  ours.create = async (record) => {
    if (!record.sid.startsWith('taken:')) throw new Error('boom')
    await create(record)
  }
  const served = await site(t, { store: ours, takeOver: { store, secret } }, whose)
  assert.equal((await served.ask({ cookie })).status, 503)
  ours.create = create
  served.clock.advance('1m')
  assert.equal((await served.ask({ cookie })).body, 'bob')
})

test('a former store that does not answer makes nobody a visitor', async (t) => {
  const { store, cookie } = await former()
  const { get } = store
  store.get = (_id, done) => done(new Error('gone'))
  const served = await site(t, { takeOver: { store, secret } }, whose)
  assert.equal((await served.ask({ cookie })).status, 503)
  store.get = get
  assert.equal((await served.ask({ cookie })).body, 'bob')
})

test('the cookie may keep its name, and what lived longer does so as far as longestMaxAge goes', async (t) => {
  const { store, cookie } = await former({ name: 'sid', cookie: { maxAge: 30 * 86_400_000 } })
  const takeOver = { store, secret, name: 'sid' }
  const served = await site(t, { takeOver, longestMaxAge: '7d' }, whose)
  const taken = await served.ask({ cookie })
  assert.deepEqual([taken.body, taken.lines.length], ['bob', 1])
  assert.match(taken.lines[0] ?? '', /; Max-Age=604800;/)
  served.clock.advance('6d')
  assert.equal((await served.ask({ cookie: taken.cookie })).body, 'bob')
})

test('a session that was to be remembered is, though new ones are not', async (t) => {
  const { store, cookie } = await former({ cookie: { maxAge: 20 * 86_400_000 } })
  const options = { cookie: { maxAge: 30 * 60_000 }, longestMaxAge: '30d' } as const
  const served = await site(t, { ...options, takeOver: { store, secret } }, (req, res) =>
    res.end(`${req.session.user} ${req.session.cookie.originalMaxAge}`),
  )
  const taken = await served.ask({ cookie })
  assert.match(taken.lines[0] ?? '', /; Max-Age=1728000;/)
  served.clock.advance('31m')
  assert.equal((await served.ask({ cookie: taken.cookie })).body, 'bob 1728000000')
})

test('who is signed in by userId is so after the move, and has not just authenticated', async (t) => {
  const { store, cookie } = await former()
  const ours = watchedStore()
  const userId = (of: { user?: string }) => of.user
  const served = await site(t, { store: ours, takeOver: { store, secret }, userId }, whose)
  const logins: unknown[] = []
  served.auth.sessions.on('authn_login_success', (event) => logins.push(event))
  const taken = await served.ask({ cookie })
  assert.deepEqual([(await served.auth.sessions.list('bob')).length, logins], [1, []])
  const record = await ours.read(sidOf(taken.cookie))
  assert.deepEqual([record?.userId, record?.authenticatedAt], ['bob', null])
})

test('a session of ours is not given up for an old cookie beside it', async (t) => {
  const { store, cookie } = await former()
  const served = await site(t, { takeOver: { store, secret } }, stores)
  const own = await served.ask()
  const answer = await served.ask({ cookie: `${cookie}; ${own.cookie}` })
  assert.deepEqual(answer.lines, [])
})

test('of two live sessions of before under one name, neither is believed', async (t) => {
  const { store, cookie } = await former()
  const planted = await formerCookie({ store, secret }, { user: 'mallory' })
  const served = await site(t, { takeOver: { store, secret } }, whose)
  assert.equal((await served.ask({ cookie: `${planted}; ${cookie}` })).body, 'undefined')
  assert.equal((await served.ask({ cookie: `connect.sid=s%3Adead.dead; ${cookie}` })).body, 'bob')
})

test('over plain http, where the new cookie would be dropped, the old session stays', async (t) => {
  const { store, cookie } = await former()
  const served = await site(t, { takeOver: { store, secret } }, whose)
  const host = { host: 'shop.example' }
  assert.equal((await served.ask({ cookie, headers: host })).body, 'undefined')
  assert.match(served.warnings.join(), /not taken over/)
  const forwarded = { ...host, 'x-forwarded-proto': 'https' }
  assert.equal((await served.ask({ cookie, headers: forwarded })).body, 'bob')
})

test('an old cookie opens nothing of a session that has signed in since, however soon', async (t) => {
  const { store, cookie } = await former({}, { cart: [] })
  const userId = (of: { user?: string }) => of.user
  const served = await site(t, { takeOver: { store, secret }, userId }, (req, res) => {
    if (req.url === '/login') req.session.user = 'alice'
    res.end(`${req.session.user} ${req.sessionID}`)
  })
  const taken = await served.ask({ cookie })
  const login = await served.ask({ path: '/login', cookie: taken.cookie })
  assert.equal(sidOf(login.cookie), sidOf(taken.cookie), 'under the same ID')
  const replayed = await served.ask({ cookie })
  assert.match(replayed.body, /^undefined/)
  assert.deepEqual(replayed.lines, [])
})

test('a token that names a living session but not its secret takes nothing over', async (t) => {
  const { store, cookie, id } = await former()
  const served = await site(t, { takeOver: { store, secret } }, stores)
  const own = await served.ask()
  const dead = `sid=${sidOf(own.cookie)}${'x'.repeat(44)}`
  await served.ask({ cookie: `${dead}; ${cookie}` })
  const found = await new Promise((resolve) => store.get(id, (_error, session) => resolve(session)))
  assert.ok(found)
})

const minute = 60_000
const firsts: readonly [string, object, Partial<ExpressSessionOptions>][] = [
  ['with the options of before', {}, {}],
  [
    'of a session that lives longer than new ones',
    { maxAge: 60 * minute },
    { cookie: { maxAge: 30 * minute }, longestMaxAge: '30d' },
  ],
  [
    'of one that lives as long, where use is bound to less',
    { maxAge: 60 * minute },
    { cookie: { maxAge: 30 * minute }, idleTimeout: '10m', longestMaxAge: '30m' },
  ],
]
for (const [what, cookie, options] of firsts)
  test(`a page’s first requests, ${what}, at two processes, all have the one session, and none of their values is lost`, async (t) =>
    await firstRequests(t, cookie, options))

async function firstRequests(t: TestContext, theirs: object, options: Partial<ExpressSessionOptions>) {
  const { store, cookie } = await former({ cookie: theirs })
  const ours = watchedStore()
  const { get } = store
  // Each reads at a moment of its own: some before the first has taken the session, some after.
  let turns = 0
  store.get = async (id, done) => {
    for (let left = turns++ % 5; left > 0; left--) await new Promise((resolve) => setImmediate(resolve))
    get.call(store, id, done)
  }
  const processes = await Promise.all(
    [1, 2].map(() =>
      site(t, { ...options, store: ours, takeOver: { store, secret } }, (req, res) => {
        req.session[req.url?.slice(1) ?? ''] = true
        res.end(`${req.session.user}`)
      }),
    ),
  )
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, at) => processes[at % 2]?.ask({ path: `/v${at}`, cookie })),
  )
  assert.deepEqual([...new Set(answers.map((answer) => answer?.body))], ['bob'])
  const cookies = new Set(answers.map((answer) => answer?.cookie))
  assert.equal(cookies.size, 1)
  const record = await ours.read(sidOf([...cookies][0] ?? ''))
  assert.equal(Object.keys(record?.data ?? {}).filter((name) => /^v\d+$/.test(name)).length, 16)
}
