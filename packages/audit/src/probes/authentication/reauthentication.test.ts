import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { audit, noWait, value } from '../../../test/audit-site.ts'
import { type PasswordChoices, passwordSite } from '../../../test/password-site.ts'
import { type Reply, type Routes, serve } from '../../../test/serve.ts'
import { sessionSite, USER } from '../../../test/session-site.ts'
import { reauthentication } from '../../checks/reauthentication.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import type { AuditOptions } from '../../options/options.ts'

type More = Partial<AuditOptions>

async function audited(t: TestContext, routes: Routes, more: (url: string) => More = () => ({})) {
  const site = await serve(t, routes)
  const file = await audit(site.url, more(site.url))
  const [result] = judge(file, { finishedAt: '', checks: [reauthentication] }).checks
  assert.ok(result)
  return { ...result, file, seen: site.seen }
}
const ofSite = (t: TestContext, choices: PasswordChoices, named = false) =>
  audited(t, passwordSite(choices).routes, (url) => (named ? { reauthUrl: `${url}/confirm` } : {}))

test('a login that replaces the session there was passes, with one login', async (t) => {
  const { verdict, file } = await ofSite(t, {})
  assert.equal(verdict, 'pass')
  assert.equal(value(file, 'reauthentication').rotated, true)
})

test('a login that keeps the ID fails, once a wrong password was answered otherwise', async (t) => {
  const { verdict, severity, controls, file } = await ofSite(t, { loginAgain: 'keeps' })
  assert.deepEqual([verdict, severity, value(file, 'reauthentication').rotated], ['fail', 'low', false])
  assert.ok(controls.some(({ name, held }) => name.startsWith('a wrong password') && held))
})

test('a login that opens a session beside the one there was may be meant to', async (t) => {
  const { verdict, file } = await ofSite(t, { loginAgain: 'beside' })
  assert.deepEqual([verdict, value(file, 'reauthentication').rotated], ['inconclusive', true])
})

test('what fixation and logout report is not reported again', async (t) => {
  for (const [choices, shown] of [
    [{ keepsId: true }, 'fixation'],
    [{ logoutForgets: true, leavesOldId: true, lazy: true }, 'logout'],
  ] as const) {
    const { verdict, file } = await audited(t, sessionSite(choices))
    assert.deepEqual([verdict, value(file, 'reauthentication').alreadyShown], ['skipped', shown])
  }
})

test('a login that is not shown to who is signed in is skipped, and says what to name', async (t) => {
  const { verdict, reason } = await ofSite(t, { loginAgain: 'redirects' })
  assert.equal(verdict, 'skipped')
  assert.match(reason, /leads to \/account .*--reauth-url/)
})

test('a login that does nothing for who is signed in shows nothing', async (t) => {
  const { verdict, reason } = await ofSite(t, { loginAgain: 'ignored' })
  assert.equal(verdict, 'inconclusive')
  assert.match(reason, /wrong password/)
})

test('a page that the user named: passed when it replaces the ID, failed when it keeps it', async (t) => {
  const sound = await ofSite(t, { loginAgain: 'keeps' }, true)
  assert.deepEqual([sound.verdict, sound.seen.includes('POST /account/delete')], ['pass', false])
  const keeps = await ofSite(t, { confirm: 'keeps' }, true)
  assert.deepEqual([keeps.verdict, keeps.severity], ['fail', 'medium'])
  const anything = await ofSite(t, { confirm: 'takes-anything' }, true)
  assert.equal(anything.verdict, 'inconclusive')
})

test('a named page that asks for nothing is inconclusive, not skipped', async (t) => {
  const { verdict, reason } = await verdictOfNamed(t, { html: 'You are fine' })
  assert.equal(verdict, 'inconclusive')
  assert.match(reason, /shows no form that asks for the password/)
})

test('a named page whose only form destroys is left alone', async (t) => {
  const html =
    '<form method=post action=/bye><input type=password name=w><button>Delete account</button></form>'
  const { verdict, seen } = await verdictOfNamed(t, { html })
  assert.deepEqual([verdict, seen.includes('POST /bye')], ['inconclusive', false])
})

function verdictOfNamed(t: TestContext, reply: Reply) {
  const routes = passwordSite().routes
  assert.ok(typeof routes === 'function')
  return audited(
    t,
    (visit) => (visit.at === 'GET /sudo' ? reply : routes(visit)),
    (url) => ({ reauthUrl: `${url}/sudo` }),
  )
}

test('another form on the page of the login is not pressed', async (t) => {
  const { verdict, seen } = await ofSite(t, { loginAgain: 'other-form' })
  assert.deepEqual([verdict, seen.includes('POST /gone')], ['skipped', false])
})

test('a login page that ends the session is skipped', async (t) => {
  const routes = passwordSite().routes
  assert.ok(typeof routes === 'function')
  const { verdict, reason } = await audited(t, (visit) => {
    const reply = routes(visit)
    return visit.at === 'GET /login' ? { ...reply, cookies: ['sid=; Path=/; Max-Age=0'] } : reply
  })
  assert.deepEqual([verdict, /opening the login page ended/.test(reason)], ['skipped', true])
})

test('JSON: an endpoint that keeps the ID fails, one that refuses is skipped', async (t) => {
  const api = (again: 'keeps' | 'refuses') => {
    const live = new Set<string>()
    const routes: Routes = {
      'GET /': () => ({ html: '<div id=app></div>' }),
      'POST /api/login': ({ body, cookies }) => {
        const { username, email, password } = JSON.parse(body)
        const isIn = live.has(cookies.get('sid') ?? '')
        if (isIn && again === 'refuses') return { status: 409, json: {} }
        if ((username ?? email) !== USER.username || password !== USER.password)
          return { status: 401, json: {} }
        if (isIn) return { json: { ok: true } }
        const id = Math.random().toString(36).slice(2).padEnd(12, 'x')
        live.add(id)
        return { json: { ok: true }, cookies: [`sid=${id}; Path=/`] }
      },
      'GET /api/me': ({ cookies }) =>
        live.has(cookies.get('sid') ?? '') ? { json: { user: 'a' } } : { status: 401, json: {} },
    }
    return audited(t, routes, (url) => ({
      loginFormat: 'json',
      loginUrl: `${url}/api/login`,
      protectedUrl: `${url}/api/me`,
    }))
  }
  assert.equal((await api('keeps')).verdict, 'fail')
  assert.equal((await api('refuses')).verdict, 'skipped')
})

test('a pasted cookie is not enough to authenticate again', async (t) => {
  const site = await serve(t, sessionSite())
  const first = await gather({ url: site.url, ...USER }, noWait)
  assert.equal(first.evidence.reauthentication.status, 'gathered')
  const passive = await gather({ url: site.url, passive: true }, noWait)
  assert.equal(passive.evidence.reauthentication.status, 'skipped')
})
