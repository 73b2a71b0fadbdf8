import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { type TestContext, test } from 'node:test'
import type { Session } from 'latchkey'
import { testBrowser } from 'latchkey/testing'
import { type Site, siteOf } from './site.test-helper.ts'
import type { Built } from './start.test-helper.ts'

type NextResponse = Response & { cookies: { set(name: string, value: string): void } }

interface NextResponses {
  next(init?: { request: { headers: Headers } }): NextResponse
  rewrite(url: URL): NextResponse
  redirect(url: URL, status: number): NextResponse
}

const shown = async (session: Session) => `${session.userId} ${session.get('a')}`

/** Until the session of this cookie is due to be renewed. */
async function untilDue(site: Site, cookie: string): Promise<void> {
  for (let n = 0; n < 2; n++) {
    site.clock.advance('29m')
    assert.equal(await site.user(cookie), 'alice')
  }
  site.clock.advance('3m')
}

/** The cookie of a user who signed in where no proxy was. */
async function cookieOf({ sessions }: Site, user: string): Promise<string | null> {
  const browser = testBrowser()
  const { session, respond } = await browser.visit(sessions)
  await session.login(user)
  respond()
  return browser.cookie
}

/** What the proxy does for what comes after it. */
export function proxyCases(built: Built): void {
  // By `require`, since the repository's own compiler does not have Next, which must have been started before.
  const { NextResponse }: { NextResponse: NextResponses } = createRequire(import.meta.url)('next/server')

  test('what the proxy does to a session, the page of the same request shows', async (t) => {
    let proxy = async (_request: Request, session: Session): Promise<Response | null> => {
      await session.set('a', 'tea')
      return null
    }
    const site = await siteOf(t, built, { deed: shown, proxy: (...asked) => proxy(...asked) })
    const first = await site.ask('/rendered', null, { headers: { 'x-own': 'sent' } })
    assert.match(first.body, /first null tea.*own sent/s)
    assert.equal(first.lines.length, 1)
    proxy = async (_request, session) => {
      await session.login('alice')
      return null
    }
    const second = await site.ask('/rendered', `x=1; ${first.cookie}; y=2`)
    assert.match(second.body, /first alice tea/)
    assert.equal(second.lines.length, 1)
    proxy = async (_request, session) => {
      await session.logout()
      return null
    }
    const third = await site.ask('/rendered', second.cookie)
    assert.match(third.body, /first null undefined/)
    assert.match(third.lines.join(), /^__Host-session=;/)
    for (const { headers } of [first, second, third])
      for (const [name, value] of headers)
        assert.ok(
          name === 'set-cookie' || !value.includes('__Host-session'),
          `${name} is for scripts to read`,
        )
  })

  test('headers that the application gives its page, rewrites, redirects and cookies of its own stay', async (t) => {
    const answers: Record<string, (request: Request) => NextResponse> = {
      next: (request) => {
        const headers = new Headers(request.headers)
        headers.set('x-own', 'given')
        return NextResponse.next({ request: { headers } })
      },
      rewrite: (request) => NextResponse.rewrite(new URL('/rendered', request.url)),
      redirect: (request) => NextResponse.redirect(new URL('/elsewhere', request.url), 303),
    }
    for (const [name, answer] of Object.entries(answers)) {
      const site = await siteOf(t, built, {
        deed: shown,
        proxy: async (request, session) => {
          await session.set('a', 'tea')
          const response = answer(request)
          response.cookies.set('theme', 'dark')
          return response
        },
      })
      const { body, headers, lines, status } = await site.ask(name === 'rewrite' ? '/nowhere' : '/rendered')
      assert.deepEqual([status, lines.length], [name === 'redirect' ? 303 : 200, 1], name)
      assert.ok(headers.getSetCookie().some((line) => line.startsWith('theme=dark')))
      assert.match(headers.get('cache-control') ?? '', /\bno-store\b/)
      if (name === 'redirect') assert.match(headers.get('location') ?? '', /\/elsewhere$/)
      else assert.match(body, name === 'next' ? /first null tea.*own given/s : /first null tea/)
    }
  })

  test('what the proxy answers by itself, and shows who is signed in, no cache keeps', async (t) => {
    const proxy = async (_request: Request, session: Session) => new Response(session.userId)
    const site = await siteOf(t, built, { proxy })
    for (const [user, expected] of [
      ['alice', 'no-store'],
      [null, null],
    ] as const) {
      const cookie = user && (await cookieOf(site, user))
      const { headers, body } = await site.ask('/anything', cookie)
      assert.deepEqual([body, headers.get('cache-control')], [user ?? '', expected])
      if (!user) assert.equal(headers.get('vary'), 'Cookie')
    }
  })

  test('no cache keeps what a handler without a session answers with a renewed cookie', async (t) => {
    const site = await siteOf(t, built, { deed: shown, proxy: async () => null })
    const cookie = await site.signedIn()
    await untilDue(site, cookie)
    const { headers, lines } = await site.ask('/bare', cookie)
    assert.ok(lines.length > 0)
    for (const name of ['cache-control', 'cdn-cache-control'])
      assert.match(headers.get(name) ?? '', /\bno-store\b/, name)
  })

  test('a renewal whose answer was lost signs nobody out, although the page has been rendered', async (t) => {
    const site = await siteOf(t, built, { deed: shown, proxy: async () => null })
    const cookie = await site.signedIn()
    await untilDue(site, cookie)
    const lost = await site.ask('/rendered', cookie)
    assert.match(lost.body, /alice/)
    assert.equal(lost.lines.length, 1)
    site.clock.advance('5m')
    const again = await site.ask('/rendered', cookie)
    assert.match(again.body, /alice/)
    assert.deepEqual(again.lines, lost.lines)
    assert.match((await site.ask('/rendered', again.cookie)).body, /alice/)
    site.clock.advance('1m')
    assert.equal(await site.user(cookie), null, 'now the browser has the new one')
  })

  test('one cookie reaches the browser, whatever came between', async (t) => {
    const proxy = async () => null
    await oneCookie(t, (site, cookie) => site.ask('/login/alice', cookie), true)
    await oneCookie(t, (site, cookie) => site.ask('/login/alice', cookie, { method: 'POST' }))
    await oneCookie(t, (site, cookie) => site.act({}, cookie))
    async function oneCookie(
      context: TestContext,
      ask: (site: Site, cookie: string) => ReturnType<Site['ask']>,
      isRenewed = false,
    ) {
      const site = await siteOf(context, built, { deed: (session) => session.login('alice'), proxy })
      const cookie = await site.signedIn()
      await untilDue(site, cookie)
      const { lines, cookie: last } = await ask(site, cookie)
      // A GET that signs in is answered by the renewal and the new cookie, of which browsers keep the last.
      assert.equal(lines.length, isRenewed ? 2 : 1)
      assert.equal(await site.user(last), 'alice')
    }
  })

  test('what a client writes into the headers between proxy and page counts for nothing', async (t) => {
    for (const proxy of [undefined, async () => null]) {
      const site = await siteOf(t, built, { deed: shown, ...(proxy && { proxy }) })
      const cookie = await site.signedIn()
      const forged = {
        'x-middleware-override-headers': 'cookie',
        'x-middleware-request-cookie': cookie,
        'x-middleware-set-cookie': `${cookie}; Path=/`,
      }
      assert.match((await site.ask('/rendered', null, { headers: forged })).body, /first null/)
    }
  })
}
