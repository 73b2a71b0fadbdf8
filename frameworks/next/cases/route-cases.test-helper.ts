import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { test } from 'node:test'
import express from 'express'
import type { Session, Sessions } from 'latchkey'
import { expressSession } from 'latchkey/express'
import { cookieName, siteOf } from './site.test-helper.ts'
import type { Built } from './start.test-helper.ts'

/** Route handlers that use what else Next has for them, and Next inside another server. */
export function routeCases(built: Built): void {
  test('what redirect and notFound throw in a route handler takes the cookie along', async (t) => {
    const site = await siteOf(t, built, { deed: (session) => session.login('alice') })
    for (const [path, expected] of [
      ['/bare?redirect', 307],
      ['/bare?notFound', 404],
    ] as const) {
      const { status, headers, cookie, lines } = await site.ask(path, null, { method: 'POST' })
      assert.deepEqual([status, lines.length], [expected, 1])
      assert.equal(await site.user(cookie), 'alice')
      assert.match(headers.get('cache-control') ?? '', /\bno-store\b/)
      assert.ok(headers.getSetCookie().some((line) => line.startsWith('theme=dark')))
      if (expected === 307) assert.equal(headers.get('location'), '/rendered?a=1;b=2')
    }
  })

  test('cookies().set beside it takes nothing of the cookie, nor do scopes of before', async (t) => {
    const site = await siteOf(t, built, {
      deed: (session) => session.login('alice'),
      options: { cookie: { name: 'sid', formerly: [{ path: '/app' }] } },
    })
    const { body, headers } = await site.ask('/bare', null, { method: 'POST' })
    assert.equal(body, 'true', 'session() is the same handle')
    const lines = headers.getSetCookie().filter((line) => line.startsWith('sid='))
    assert.match(lines.at(-1) ?? '', /^sid=[\w-]{64}; Path=\/; Secure; HttpOnly; SameSite=strict$/i)
    assert.ok(headers.getSetCookie().some((line) => line.startsWith('theme=dark')))
  })

  test('session() in a handler that is not wrapped sets its cookie', async (t) => {
    const site = await siteOf(t, built, { deed: (session) => session.login('alice') })
    const { cookie, lines } = await site.ask('/bare')
    assert.equal(lines.length, 1)
    assert.equal(await site.user(cookie), 'alice')
  })

  test('in an Express server, both adapters share a session and one cookie is issued', async (t) => {
    const deed = async (session: Session) => {
      if (!session.userId) await session.login('bob')
      return session.userId
    }
    const site = await siteOf(t, built, { deed, around: inExpress, proxy: async () => null })
    const { cookie: first, lines } = await site.ask('/express/login')
    assert.equal(lines.length, 1)
    assert.match((await site.ask('/rendered', first)).body, /first alice/)
    for (let n = 0; n < 2; n++) {
      site.clock.advance('29m')
      await site.ask('/express/user', first)
    }
    site.clock.advance('3m')
    const renewed = await site.ask('/rendered', first)
    assert.match(renewed.body, /alice/)
    assert.equal(renewed.lines.length, 1)
    assert.equal((await site.ask('/express/user', renewed.cookie)).body, 'alice')
    for (const acted of [await site.act({}), await site.ask('/bare', null, { method: 'POST' })]) {
      assert.equal(acted.lines.length, 1)
      assert.equal((await site.ask('/express/user', acted.cookie)).body, 'bob')
    }
    const again = await site.ask('/login/alice', renewed.cookie)
    assert.equal(again.lines.length, 1)
    assert.equal((await site.ask('/express/user', again.cookie)).body, 'alice')
    assert.ok(again.cookie?.startsWith(`${cookieName}=`))
  })
}

function inExpress(handle: RequestListener, sessions: Sessions): RequestListener {
  const app = express()
  const session = expressSession(sessions)
  app.use(session.middleware)
  app.get('/express/login', async (req, res) => {
    await session(req).login('alice')
    res.send('in')
  })
  app.get('/express/user', (req, res) => void res.send(String(session(req).userId)))
  app.use((req, res) => void handle(req, res))
  return app
}
