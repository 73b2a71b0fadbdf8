import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Session } from 'latchkey'
import { siteOf } from './site.test-helper.ts'
import type { Built } from './start.test-helper.ts'

/** What holds while components render. */
export function componentCases(built: Built): void {
  test('in a component, what needs a cookie is refused, and the store was not asked', async (t) => {
    let deed: (session: Session) => Promise<unknown> = async () => ''
    const site = await siteOf(t, built, { deed: (session) => deed(session) })
    const cookie = await site.signedIn()
    const deeds: Record<string, typeof deed> = {
      login: (session) => session.login('mallory'),
      regenerate: (session) => session.regenerate(),
      elevate: (session) => session.elevate('admin', { for: '15m' }),
      reauthenticate: (session) => session.reauthenticate(),
    }
    for (const [name, each] of Object.entries(deeds)) {
      deed = each
      const { body, lines } = await site.ask('/rendered', cookie)
      assert.match(body, /first answer_started/, name)
      assert.deepEqual([lines, site.operations()], [[], ['read']], name)
      assert.equal(await site.user(cookie), 'alice')
      site.operations()
    }
    for (const visitors of [
      (session: Session) => session.set('a', 1),
      (session: Session) => session.login('mallory'),
    ]) {
      deed = visitors
      assert.match((await site.ask('/rendered')).body, /answer_started/)
      assert.deepEqual(site.operations(), [])
    }
  })

  test('in a component, a value is stored and a logout ends the session', async (t) => {
    let deed: (session: Session) => Promise<unknown> = (session) => session.set('seen', true)
    const site = await siteOf(t, built, { deed: (session) => deed(session) })
    const cookie = await site.signedIn()
    await site.ask('/rendered', cookie)
    deed = async (session) => session.get('seen')
    assert.match((await site.ask('/rendered', cookie)).body, /first true/)
    deed = async (session) => {
      if (session.userId) await session.logout()
      return session.userId
    }
    const { body, lines } = await site.ask('/rendered', cookie)
    assert.match(body, /first null/)
    assert.deepEqual(lines, [])
    assert.equal(await site.user(cookie), null)
  })

  test('one read for all components of a page, and one more for the proxy', async (t) => {
    const handles = new Set<unknown>()
    const deed = async (session: Session) => {
      handles.add(session)
      return session.userId
    }
    for (const proxy of [undefined, async () => null]) {
      const site = await siteOf(t, built, { deed, ...(proxy && { proxy }) })
      const cookie = await site.signedIn()
      handles.clear()
      const { body, headers } = await site.ask('/rendered', cookie)
      assert.equal(body.match(/nested alice/g)?.length, 2)
      assert.equal(handles.size, 1)
      assert.deepEqual(site.operations(), proxy ? ['read', 'read'] : ['read'])
      assert.match(headers.get('cache-control') ?? '', /\bno-store\b/)
    }
  })

  test('a page that shows a session is not made at build time', () => {
    const shell = readFileSync(join(built.output, 'server/app/rendered.html'), 'utf8')
    assert.match(shell, /<template/)
    assert.doesNotMatch(shell, /first|nested/)
  })

  test('a rendering is no sign of a user, nor is a prefetch; what the proxy lets pass is one', async (t) => {
    const deed = async (session: Session) => session.userId
    const prefetch = { headers: { rsc: '1', 'next-router-prefetch': '1' } }
    for (const [proxy, init, expected] of [
      [undefined, {}, null],
      [async () => null, prefetch, null],
      [async () => null, { headers: { 'sec-purpose': 'prefetch' } }, null],
      [async () => null, { headers: { rsc: '1' } }, 'alice'],
      [async () => null, {}, 'alice'],
    ] as const) {
      const site = await siteOf(t, built, { deed, ...(proxy && { proxy }) })
      const cookie = await site.signedIn()
      site.clock.advance('29m')
      const { body } = await site.ask('/rendered', cookie, init)
      if (!('headers' in init && 'rsc' in init.headers)) assert.match(body, /alice/)
      site.clock.advance('29m')
      assert.equal(await site.user(cookie), expected, JSON.stringify(init))
    }
  })
}
