import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit } from '../../test/audit-site.ts'
import { inspect } from '../../test/behind.ts'
import { type Reply, serve, type Visit } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import { judge } from '../judging/judge.ts'
import { basic, schemesAskedFor } from '../network/http-auth.ts'

/** The verdict on the logout, and all that is reported. */
async function logoutOf(url: string) {
  const report = judge(await audit(url), { finishedAt: new Date().toISOString() })
  return { verdict: report.checks.find(({ id }) => id === 'logout')?.verdict, all: JSON.stringify(report) }
}

const RIGHT = basic(USER.username, USER.password)

function asking(challenge: string): Reply {
  return { status: 401, html: 'Who are you?', headers: { 'www-authenticate': challenge } }
}

/** Only HTTP Basic; it gives a cookie. */
function basicSite(forgets: boolean) {
  const ids = new Set<string>()
  return (visit: Visit): Reply => {
    const id = visit.cookies.get('tide') ?? ''
    if (visit.at === 'GET /') return { html: '<a href="/account">Account</a>' }
    if (visit.at === 'POST /logout') {
      if (!forgets) ids.delete(id)
      return { redirect: '/', cookies: ['tide=; Max-Age=0; Path=/'] }
    }
    if (visit.at !== 'GET /account') return { status: 404, html: 'No' }
    if (ids.has(id))
      return { html: '<h1>Mine</h1><form method=post action=/logout><button>Log out</button></form>' }
    if (visit.headers.authorization !== RIGHT) return asking('Basic realm="shop"')
    const fresh = randomBytes(16).toString('hex')
    ids.add(fresh)
    return { redirect: '/account', status: 303, cookies: [`tide=${fresh}; Path=/; HttpOnly; SameSite=Lax`] }
  }
}

test('the schemes that a 401 asks for', () => {
  const schemes = (challenge: string, status = 401) =>
    schemesAskedFor({ status, headers: { 'www-authenticate': challenge } })
  assert.deepEqual(schemes('Basic realm="a, Digest b"'), ['basic'])
  assert.deepEqual(schemes('Digest realm="x", qop="auth, auth-int", nonce=abc, Basic realm=y'), [
    'digest',
    'basic',
  ])
  assert.deepEqual(schemes('Negotiate, NTLM'), ['negotiate', 'ntlm'])
  assert.deepEqual(schemes('Basic realm=x', 200), [])
  assert.deepEqual(schemes(''), [])
})

test('a session that HTTP Basic gives is audited by its cookie', async (t) => {
  const sound = await serve(t, basicSite(false))
  const { signIn, carrier } = await inspect(sound.url)
  assert.deepEqual([signIn.method, carrier.sets], ['basic', [['tide']]])
  assert.equal((await logoutOf(sound.url)).verdict, 'pass')
  const forgetful = await serve(t, basicSite(true))
  assert.equal((await logoutOf(forgetful.url)).verdict, 'fail')
})

test('HTTP Basic without a cookie, and what is not Basic, has no session to audit', async (t) => {
  const always = await serve(t, ({ headers }) =>
    headers.authorization === RIGHT ? { html: `Hello ${USER.username}` } : asking('Basic realm="x"'),
  )
  const digest = await serve(t, () => asking('Digest realm="router", qop="auth", nonce="a"'))
  for (const [site, about] of [
    [always, /HTTP Basic and gives no cookie: .*there is no session to audit/],
    [digest, /HTTP Digest: .*there is no session to audit/],
  ] as const) {
    await assert.rejects(inspect(site.url), { code: 'login_not_found', message: about })
  }
})

/** HTTP Basic in front of a site with a login of its own. */
function gated(wanted: string) {
  const routes = sessionSite() as Record<string, (visit: Visit) => Reply>
  return (visit: Visit): Reply => {
    if (visit.headers.authorization !== wanted) return asking('Basic realm="staging"')
    return routes[visit.at]?.(visit) ?? { status: 404, html: 'No' }
  }
}

test('a gate with the same name and password is passed, also by those who are not signed in', async (t) => {
  const site = await serve(t, gated(RIGHT))
  const { verdict, all } = await logoutOf(site.url)
  assert.equal(verdict, 'pass')
  const secret = RIGHT.slice('Basic '.length)
  assert.ok(!all.includes(secret) && all.includes('<authorization>'))
})

test('a gate of its own is named, and passed with what was given', async (t) => {
  const own = basic('gate', 'of-its-own-1')
  const site = await serve(t, gated(own))
  await assert.rejects(inspect(site.url), {
    code: 'sign_in_failed',
    message: /--header "Authorization: Basic/,
  })
  assert.equal((await inspect(site.url, { headers: { Authorization: own } })).signIn.method, 'form')
  await assert.rejects(inspect(site.url, { headers: { Authorization: 'Basic eDp5' } }), {
    code: 'login_not_found',
    message: /asks for HTTP authentication/,
  })
})

test('a gate before somebody else’s pages gets no password', async (t) => {
  const sent: string[] = []
  const site = await serve(t, (visit) => {
    if (visit.headers.authorization !== undefined) sent.push(visit.at)
    if (visit.at === 'GET /') return { html: '<a href="/about">About</a>' }
    return visit.at === 'GET /admin/login' ? asking('Basic realm="staff"') : { status: 404, html: 'No' }
  })
  await assert.rejects(inspect(site.url), {
    code: 'login_not_found',
    message: /no form with a password field/,
  })
  assert.deepEqual(sent, [])
})
