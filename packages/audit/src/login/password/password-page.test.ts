import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Reply, type Routes, serve } from '../../../test/serve.ts'
import { BrowserJar } from '../../network/cookies/jar.ts'
import { Http } from '../../network/http.ts'
import { ProbeError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { findPasswordPage } from './password-page.ts'

const FORM =
  '<form method=post action=/pw><input type=password name=old><input type=password name=new><button>Save</button></form>'
const page = (html: string) => (): Reply => ({ html })

async function search(t: TestContext, routes: Routes, more: Partial<AuditOptions> = {}) {
  const site = await serve(t, routes)
  const start = new URL(site.url)
  const options = { url: site.url, ...more }
  const http = new Http(options, start)
  t.after(() => http.close())
  const known = [new URL('/mine', start)]
  const find = () => findPasswordPage({ http, options, jar: new BrowserJar(), start, known })
  return { find, seen: site.seen }
}

test('on the user’s own page', async (t) => {
  const { find, seen } = await search(t, { 'GET /mine': page(FORM) })
  assert.equal((await find()).how, 'a form on /mine')
  assert.deepEqual(seen, ['GET /mine'])
})

test('where the well-known address leads', async (t) => {
  const { find, seen } = await search(t, {
    'GET /.well-known/change-password': () => ({ redirect: '/me/9/pw' }),
    'GET /me/9/pw': page(FORM),
  })
  assert.equal((await find()).visit.final.url.pathname, '/me/9/pw')
  assert.equal(seen.length, 3)
})

test('by a link, and by a link on the page it leads to, and by none that may do harm', async (t) => {
  const { find, seen } = await search(t, {
    'GET /mine': page(
      '<a href=/logout>Log out</a><a href=/x/9>Mein Konto</a><a href=/pw/reset>Reset password</a><a href=/pw/delete>Delete password</a>',
    ),
    'GET /x/9': page('<a href=/x/9/key>Passwort ändern</a><a href=/x/9/off>Disable password</a>'),
    'GET /x/9/key': page(FORM),
  })
  assert.match((await find()).how, /\/x\/9\/key, by a link/)
  assert.deepEqual(
    seen.filter((at) => /logout|reset|delete|off/.test(at)),
    [],
  )
})

test('at a usual address; and else it says what to name', async (t) => {
  const usual = await search(t, { 'GET /settings/password': page(FORM) })
  assert.match((await usual.find()).how, /a usual address/)
  const none = await search(t, {})
  await assert.rejects(
    none.find(),
    (error) => error instanceof ProbeError && /--change-password-url/.test(error.message),
  )
})

test('what the user names is the only page that is opened', async (t) => {
  const named = { changePasswordUrl: '/there' }
  const there = await search(t, { 'GET /there': page(FORM), 'GET /mine': page(FORM) }, named)
  assert.equal((await there.find()).how, 'named by the user')
  const empty = await search(t, { 'GET /there': page('Nothing'), 'GET /mine': page(FORM) }, named)
  await assert.rejects(empty.find(), /--current-password-field/)
  assert.deepEqual(empty.seen, ['GET /there'])
})
