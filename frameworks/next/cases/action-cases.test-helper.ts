import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Session } from 'latchkey'
import { cookieName, siteOf } from './site.test-helper.ts'
import type { Built } from './start.test-helper.ts'

const issued = /^__Host-session=[\w-]{64}; Path=\/; Secure; HttpOnly; SameSite=Strict$/

/** What holds in server actions. */
export function actionCases(built: Built): void {
  test('an action sets one cookie with every attribute, beside those of the application', async (t) => {
    let deed: (session: Session) => Promise<unknown> = async () => ''
    const site = await siteOf(t, built, { deed: (session) => deed(session) })
    // The form's page asks for the session too, and what it may not do there is refused.
    for (const each of [
      (session: Session) => session.set('a', 1),
      async (session: Session) => {
        await session.set('a', 1)
        await session.login('alice')
        await session.regenerate()
      },
    ]) {
      deed = each
      for (const fields of [{ theme: 'dark' }, { theme: 'dark', redirect: '1' }]) {
        const { lines, headers, status } = await site.act(fields)
        assert.equal(built.acted(), 'undefined')
        assert.equal(lines.length, 1)
        assert.match(lines[0] ?? '', issued)
        assert.ok(headers.getSetCookie().some((line) => line.startsWith('theme=dark')))
        assert.equal(status, 'redirect' in fields ? 303 : 200)
      }
    }
    deed = async () => ''
    const cookie = await site.signedIn()
    deed = async (session) => (session.userId ? session.logout() : undefined)
    const { lines } = await site.act({}, cookie)
    assert.equal(lines.length, 1)
    assert.match(
      lines[0] ?? '',
      /^__Host-session=; Path=\/; Expires=Thu, 01 Jan 1970 .*Max-Age=0; Secure; HttpOnly/,
    )
    assert.equal(await site.user(cookie), null)
  })

  test('a persistent cookie and its companions keep their attributes', async (t) => {
    const site = await siteOf(t, built, {
      deed: (session) => session.login('alice'),
      options: {
        policies: { default: { persistent: true, absoluteTimeout: '1h' } },
        cookie: { name: cookieName, sameSite: 'None', partitioned: true, formerly: [{}] },
      },
    })
    const { headers } = await site.act({})
    const lines = headers.getSetCookie().filter((line) => line.startsWith(cookieName))
    assert.equal(lines.length, 1)
    assert.match(
      lines[0] ?? '',
      /^__Host-session=[\w-]{64}; Path=\/; Expires=.*; Max-Age=3600; Secure; HttpOnly; SameSite=None; Partitioned$/,
    )
  })

  test('where navigations are entered again, an action sets the companion too', async (t) => {
    const site = await siteOf(t, built, {
      deed: (session) => session.login('alice'),
      adapter: { reEntry: true },
    })
    const { headers, lines } = await site.act({})
    assert.equal(lines.length, 1)
    assert.ok(
      headers.getSetCookie().includes(`${cookieName}-present=1; Path=/; Secure; HttpOnly; SameSite=Lax`),
    )
  })

  test('the page that an action’s answer shows has what the action did', async (t) => {
    const site = await siteOf(t, built, {
      deed: async (session) => {
        if (!session.userId) await session.login('alice').catch(() => undefined)
        return session.userId
      },
    })
    const { body, cookie } = await site.act({})
    assert.match(body, /acting alice/)
    assert.equal(await site.user(cookie), 'alice')
  })

  test('after an action has returned, its session takes no cookie any more', async (t) => {
    let kept: Session | undefined
    const site = await siteOf(t, built, {
      deed: async (session) => {
        if (session.userId) kept = session
      },
    })
    const cookie = await site.signedIn()
    await site.act({}, cookie)
    const refused = () => assert.rejects(async () => kept?.regenerate(), { code: 'answer_started' })
    // The browser has all of the answer before Next tells of its end.
    await t.waitFor(refused)
    site.operations()
    await refused()
    assert.deepEqual(site.operations(), [])
  })

  test('what a page of another site sends is refused, with a proxy and without one', async (t) => {
    for (const proxy of [undefined, async () => null]) {
      const site = await siteOf(t, built, {
        deed: (session) => session.login('mallory'),
        ...(proxy && { proxy }),
      })
      const { status, lines } = await site.act({}, null, { headers: { 'sec-fetch-site': 'cross-site' } })
      assert.deepEqual(lines, [])
      assert.deepEqual(site.operations(), [])
      assert.equal(status, proxy ? 403 : 200)
      if (!proxy) assert.equal(built.acted(), 'cross_origin_request')
    }
  })
}
