import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { nodeExchange } from '../../adapters/node.ts'
import type { Session } from '../../session.ts'
import { sidOf, site, watchedStore } from './cases/case.test-helper.ts'
import type { Answer, Kept } from './served.test-helper.ts'

type Act = (req: Kept, session: Session) => unknown

const userId = (of: { user?: string }) => of.user

/** A site whose handler does this by both APIs; its session is read at `/look`. */
async function both(t: TestContext, act: Act) {
  const store = watchedStore()
  const served = await site(t, { store, userId }, async (req, res) => {
    const session = await served.auth.sessions.open(nodeExchange(req, res))
    if (req.url === '/login') await session.login('alice')
    if (req.url === '/act') await act(req, session)
    const values = session.keys().map((key) => [key, session.get(key)])
    res.end(JSON.stringify([session.userId, Object.fromEntries(values)]))
  })
  const look = async ({ cookie }: Answer) => JSON.parse((await served.ask({ path: '/look', cookie })).body)
  return { served, store, look }
}

const ofVisitors: Record<string, { act: Act; user: string | null; values: object }> = {
  'a sign-in, then a value': {
    act: async (req, session) => {
      await session.login('alice')
      req.session.x = 1
    },
    user: 'alice',
    values: { x: 1 },
  },
  'a value, then a sign-in': {
    act: (req, session) => {
      req.session.x = 1
      return session.login('alice')
    },
    user: 'alice',
    values: { x: 1 },
  },
  'a value, then one by the other': {
    act: (req, session) => {
      req.session.x = 1
      return session.set('k', 1)
    },
    user: null,
    values: { k: 1, x: 1 },
  },
  'a value, after one by the other': {
    act: async (req, session) => {
      await session.set('k', 1)
      req.session.x = 1
    },
    user: null,
    values: { k: 1, x: 1 },
  },
  'a value, then a token for forms': {
    act: (req, session) => {
      req.session.x = 1
      return session.csrfToken()
    },
    user: null,
    values: { x: 1 },
  },
  'regenerate, then a sign-in': {
    act: async (req, session) => {
      await req.session.regenerate()
      req.session.x = 1
      await session.login('alice')
    },
    user: 'alice',
    values: { x: 1 },
  },
  'a sign-in by values, then the same': {
    act: (req, session) => {
      req.session.user = 'alice'
      return session.login('alice')
    },
    user: 'alice',
    values: { user: 'alice' },
  },
  'a sign-in, then save': {
    act: async (req, session) => {
      await session.login('alice')
      req.session.x = 1
      await req.session.save()
    },
    user: 'alice',
    values: { x: 1 },
  },
}

for (const [what, { act, user, values }] of Object.entries(ofVisitors)) {
  test(`beside new code, of a visitor: ${what}`, async (t) => {
    const { served, store, look } = await both(t, act)
    const answer = await served.ask({ path: '/act', method: 'POST' })
    assert.deepEqual([answer.status, answer.lines.length, store.size()], [200, 1, 1])
    assert.deepEqual(await look(answer), [user, values])
  })
}

for (const [what, later] of [
  ['before', false],
  ['after', true],
] as const) {
  test(`what is set ${what} new code signs out has ended with the session, and so has the cookie`, async (t) => {
    const { served, store } = await both(t, async (req, session) => {
      if (!later) req.session.late = 1
      await session.logout()
      if (later) req.session.late = 1
    })
    const { cookie } = await served.ask({ path: '/login', method: 'POST' })
    const answer = await served.ask({ path: '/act', method: 'POST', cookie })
    assert.deepEqual([answer.status, answer.cookie, answer.lines.length], [200, 'sid=', 1])
    assert.deepEqual([store.size(), await store.read(sidOf(cookie))], [0, null])
  })
}

test('what new code has ended is saved by nobody, and who asks for that is told', async (t) => {
  const { served } = await both(t, async (req, session) => {
    await session.logout()
    req.session.late = 1
    await req.session.save()
  })
  const { cookie } = await served.ask({ path: '/login', method: 'POST' })
  const answer = await served.ask({ path: '/act', method: 'POST', cookie })
  assert.deepEqual([answer.status, answer.cookie, served.errors[0]?.code], [401, 'sid=', 'session_ended'])
})

test('the cookie of a session that has begun goes out with the error of what failed after', async (t) => {
  const { served, look } = await both(t, async (req, session) => {
    await session.login('alice')
    req.session.quantity = Number('two')
  })
  const answer = await served.ask({ path: '/act', method: 'POST' })
  assert.deepEqual([answer.status, answer.lines.length], [500, 1])
  assert.deepEqual(await look(answer), ['alice', {}])
})
