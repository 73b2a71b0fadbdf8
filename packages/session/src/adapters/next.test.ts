import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCookie } from '../cookie/cookie.ts'
import { createSessions } from '../create-sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { NextExchange, parsedCookie } from './core/next-exchange.ts'
import { thrownAnswer } from './core/next-thrown.ts'
import { nextSession } from './next.ts'

// What Next itself does with it is tried by `npm run frameworks -- next`.

const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
const nothing = () => undefined
const sealed = {
  set() {
    throw new Error('Cookies can only be modified in a Server Action or Route Handler.')
  },
}

/** As Next's: it asks for a name first. */
function writable() {
  const cookies: unknown[][] = []
  const set = (...cookie: [string | { readonly name: string }, ...unknown[]]) => {
    if (typeof cookie[0] !== 'string') void cookie[0].name
    cookies.push(cookie)
  }
  return { cookies, set }
}

function functions(
  jar: { set(...cookie: never[]): unknown },
  headers = new Headers({ host: 'example.com' }),
) {
  return { cookies: async () => jar as never, headers: async () => headers, after: nothing }
}

test('what of Next is missing, or an option that does not exist, is told with the line to write', () => {
  const given = functions(sealed)
  for (const missing of ['cookies', 'headers', 'after'] as const)
    assert.throws(() => nextSession(sessions, { ...given, [missing]: undefined } as never), {
      code: 'config_invalid',
      message: /import \{ cookies, headers \} from 'next\/headers'.*nextSession\(sessions, \{ cookies/,
    })
  assert.throws(() => nextSession(sessions, { ...given, reentry: true } as never), {
    code: 'config_invalid',
    message: /nextSession has no option reentry/,
  })
})

test('a page or route that was declared static has no session, and says so as it is built', async () => {
  const session = nextSession(sessions, functions(sealed, new Headers()))
  await assert.rejects(session(), /force-static/)
  const route = session.route(async () => new Response())
  await assert.rejects(route(new Request('https://example.com/'), {}), /force-static/)
})

test('whether a cookie can be set is asked without setting one', () => {
  const ask = (jar: { set(...cookie: never[]): unknown }) =>
    new NextExchange(new Headers(), jar as never, nothing)
  const jar = writable()
  const exchange = ask(jar)
  assert.deepEqual([exchange.canSetCookie, exchange.method, jar.cookies], [true, 'POST', []])
  const rendering = ask(sealed)
  assert.deepEqual([rendering.canSetCookie, rendering.method], [false, 'GET'])
  rendering.setCookie('a', 'a=b')
  assert.equal(ask({ set: nothing }).canSetCookie, false, 'nobody knows what that would do')
})

test('an answer that is over takes no cookie, and is watched no longer', () => {
  const jar = writable()
  let end = nothing as () => void
  const exchange = new NextExchange(new Headers(), jar as never, (callback) => {
    end = callback
  })
  let closed = 0
  exchange.onClose(() => closed++)
  end()
  assert.deepEqual([closed, exchange.canSetCookie], [1, false])
  exchange.onClose(() => closed++)
  exchange.setCookie('a', 'a=b')
  assert.deepEqual([closed, jar.cookies], [2, []])
})

test('a line of ours is taken apart into the same attributes', () => {
  const cookie = createCookie({
    name: 'sid',
    sameSite: 'None',
    partitioned: true,
    path: '/a',
    domain: 'b.example',
  })
  assert.deepEqual(parsedCookie(cookie.issue('T', 60_000)), [
    'sid',
    'T',
    {
      maxAge: 60,
      path: '/a',
      domain: 'b.example',
      secure: true,
      httpOnly: true,
      sameSite: 'None',
      partitioned: true,
    },
  ])
  const [, value, attributes] = parsedCookie(createCookie().remove())
  assert.deepEqual(
    [value, attributes],
    ['', { maxAge: 0, expires: new Date(0), path: '/', secure: true, httpOnly: true, sameSite: 'Strict' }],
  )
})

test('what Next throws for an answer is that answer', () => {
  const answerTo = (digest: string) => {
    const answer = thrownAnswer(Object.assign(new Error(), { digest }))
    return answer && [answer.status, answer.headers.get('location')]
  }
  assert.deepEqual(answerTo('NEXT_REDIRECT;replace;/a;b?c=d;307;'), [307, '/a;b?c=d'])
  assert.deepEqual(answerTo('NEXT_HTTP_ERROR_FALLBACK;404'), [404, null])
  for (const digest of ['DYNAMIC_SERVER_USAGE', '1234567', 'NEXT_HTTP_ERROR_FALLBACK;x'])
    assert.equal(answerTo(digest), null)
  assert.equal(thrownAnswer(null), null)
})

test('a request has one session, in its route handler and in what that calls', async () => {
  const headers = new Headers({ host: 'example.com' })
  const session = nextSession(sessions, functions(writable(), headers))
  const route = session.route(async (_request, own) => Response.json(own === (await session())))
  assert.equal(await (await route(new Request('https://example.com/'), {})).json(), true)
  assert.equal(await session(), await session())
})
