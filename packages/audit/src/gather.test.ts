import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Reply, serve, type Visit } from '../test/serve.ts'
import { sessionSite, USER } from '../test/session-site.ts'
import { AuditError, type AuditErrorCode } from './errors.ts'
import type { Evidence, EvidenceFile, EvidenceName } from './evidence.ts'
import { gather, inspectLogin } from './gather.ts'
import type { AuditOptions } from './options.ts'

const noWait = { wait: async () => {} }

type Value<N extends EvidenceName> = Extract<Evidence[N], { status: 'gathered' }>['value']

export function value<N extends EvidenceName>(file: EvidenceFile, name: N): Value<N> {
  const found = file.evidence[name]
  assert.equal(found.status, 'gathered', `${name}: ${found.status === 'gathered' ? '' : found.reason}`)
  return (found as { value: Value<N> }).value
}

const audit = (url: string, more: Partial<AuditOptions> = {}) => gather({ url, ...USER, ...more }, noWait)

function failsWith(code: AuditErrorCode, words: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof AuditError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, words)
    assert.ok(!error.message.includes(USER.password))
    return true
  }
}

test('a sound site: every probe gathers, and nothing opens the session but its cookie', async (t) => {
  const site = await serve(t, sessionSite())
  const file = await audit(site.url)
  assert.deepEqual(value(file, 'carrier').sets, [['sid']])
  assert.equal(value(file, 'oracle').kind, 'redirect')
  assert.equal(value(file, 'signIn').usernameField, 'email')
  assert.deepEqual(value(file, 'signIn').otherFields, ['csrf'])
  const fixation = value(file, 'fixation')
  assert.deepEqual(
    fixation.trials.map(({ variant, replay, rotated }) => [variant, replay.state, rotated]),
    [
      ['issued', 'anonymous', true],
      ['chosen', 'anonymous', true],
    ],
  )
  assert.ok(fixation.trials.every(({ controls }) => controls.every(({ held }) => held)))
  assert.equal(value(file, 'strictIds').trials[0]?.refused, true)
  const logout = value(file, 'logout')
  assert.equal(logout.browserAfter.state, 'anonymous')
  assert.deepEqual(
    logout.replays.map(({ afterMs, seen }) => [afterMs, seen.state]),
    [
      [0, 'anonymous'],
      [200, 'anonymous'],
    ],
  )
  assert.ok(logout.controls.every(({ held }) => held))
  assert.deepEqual(value(file, 'idInUrl'), { ...value(file, 'idInUrl'), seen: [], accepted: [] })
  assert.equal(value(file, 'idShape').carriers[0]?.nominalBits, 192)
  assert.ok(file.exchanges.length <= 120, `${file.exchanges.length} requests`)
})

test('a discovered delete link is never followed, and no secret is in the evidence', async (t) => {
  const site = await serve(t, sessionSite())
  const text = JSON.stringify(await audit(site.url))
  assert.ok(!site.seen.includes('GET /account/delete'))
  assert.ok(!text.includes(USER.password))
  assert.match(text, /<sid:[0-9a-f]{8}>/)
})

test('looking for a better page, it still follows no link that may do harm', async (t) => {
  const harm = [
    '/account/close',
    '/profile/delete-all',
    '/settings/logout',
    '/user/revoke',
    '/account/kündigung/löschen',
  ]
  const links = harm.map((path) => `<a href="${path}">My account</a>`).join('')
  const site = await serve(
    t,
    sessionSite({ greets: true, links: `${links}<a href="/account?tab=2">Profile</a>` }),
  )
  assert.equal(value(await audit(site.url), 'oracle').kind, 'canary')
  const paths = site.seen.map((at) => at.split(' ')[1] ?? '')
  assert.deepEqual(
    paths.filter((path) => /close|delete|logout|revoke|l%C3%B6schen/.test(path) && path !== '/logout'),
    [],
  )
})

test('an ID that the login keeps is fixation, proved by replay', async (t) => {
  const site = await serve(t, sessionSite({ keepsId: true }))
  const [issued] = value(await audit(site.url), 'fixation').trials
  assert.deepEqual([issued?.variant, issued?.rotated, issued?.replay.state], ['issued', false, 'signed-in'])
})

test('a new ID with the old one left alive is fixation too', async (t) => {
  const site = await serve(t, sessionSite({ leavesOldId: true }))
  const [issued] = value(await audit(site.url), 'fixation').trials
  assert.deepEqual([issued?.rotated, issued?.replay.state], [true, 'signed-in'])
})

test('a chosen ID that is adopted and kept shows in fixation and strict-ids', async (t) => {
  const site = await serve(t, sessionSite({ adopts: true, keepsId: true }))
  const file = await audit(site.url)
  const chosen = value(file, 'fixation').trials.find(({ variant }) => variant === 'chosen')
  assert.equal(chosen?.replay.state, 'signed-in')
  assert.equal(value(file, 'strictIds').trials[0]?.adoptedBy, 'login')
})

test('an ID that is adopted but rotated at login shows by the state kept under it', async (t) => {
  const site = await serve(t, sessionSite({ adopts: true }))
  const file = await audit(site.url)
  assert.equal(value(file, 'strictIds').trials[0]?.adoptedBy, 'state')
  assert.ok(value(file, 'fixation').trials.every(({ replay }) => replay.state === 'anonymous'))
})

test('an adopted ID that is sent back is kept, not replaced', async (t) => {
  const site = await serve(t, sessionSite({ adopts: true, rolling: true }))
  assert.equal(value(await audit(site.url), 'strictIds').trials[0]?.adoptedBy, 'state')
})

test('no cookie before the login: only a chosen ID is tried', async (t) => {
  const site = await serve(t, sessionSite({ lazy: true }))
  const file = await audit(site.url)
  const { noneBeforeLogin, trials } = value(file, 'fixation')
  assert.deepEqual([noneBeforeLogin, trials.map(({ variant }) => variant)], [true, ['chosen']])
  assert.equal(value(file, 'strictIds').trials[0]?.refused, true)
})

test('a logout that only clears the cookie leaves the copy alive, also later', async (t) => {
  const site = await serve(t, sessionSite({ logoutForgets: true }))
  const { browserAfter, replays } = value(await audit(site.url), 'logout')
  assert.equal(browserAfter.state, 'anonymous')
  assert.deepEqual(
    replays.map(({ afterMs, seen }) => [afterMs, seen.state]),
    [
      [0, 'signed-in'],
      [2000, 'signed-in'],
    ],
  )
})

test('an ID taken from the URL is accepted there; a random one is not', async (t) => {
  const site = await serve(t, sessionSite({ idInUrl: true }))
  const { accepted } = value(await audit(site.url), 'idInUrl')
  assert.deepEqual(
    accepted.map(({ carrier, form }) => [carrier, form]),
    [['sid', '?name=value']],
  )
})

test('a page that any value in the URL opens does not show that the ID is taken from there', async (t) => {
  const routes = sessionSite() as Record<string, (visit: Visit) => Reply>
  const site = await serve(t, {
    ...routes,
    'GET /account': (visit) =>
      visit.query.has('sid') ? { html: USER.username } : (routes['GET /account']?.(visit) ?? {}),
  })
  assert.deepEqual(value(await audit(site.url), 'idInUrl').accepted, [])
})

test('IDs that count up are a sequence', async (t) => {
  let last = 4_200_000
  const site = await serve(t, sessionSite({ makeId: () => String(++last) }))
  const [shape] = value(await audit(site.url), 'idShape').carriers
  assert.match(shape?.sequence ?? '', /counts up/)
})

test('a rolling cookie is judged like any other', async (t) => {
  const site = await serve(t, sessionSite({ rolling: true }))
  const file = await audit(site.url)
  assert.deepEqual(value(file, 'carrier').sets, [['sid']])
  assert.equal(value(file, 'logout').browserAfter.state, 'anonymous')
})

test('one-time session cookies make the carrier fail with a reason, not a guess', async (t) => {
  const site = await serve(t, sessionSite({ oneTime: true }))
  const { evidence } = await audit(site.url)
  assert.equal(evidence.carrier.status, 'failed')
  assert.match(evidence.carrier.reason, /changes with every request/)
  assert.equal(evidence.logout.status, 'failed')
})

test('a wrong password is sign_in_failed', async (t) => {
  const site = await serve(t, sessionSite())
  await assert.rejects(
    audit(site.url, { password: 'wrong' }),
    failsWith('sign_in_failed', /the login answered 401/),
  )
})

test('a wrong password that sets cookies and redirects back is sign_in_failed', async (t) => {
  const form = '<form method=post action=/login><input name=user><input type=password name=p></form>'
  const site = await serve(t, {
    'GET /login': ({ cookies }) => ({
      html: `${cookies.has('flash') ? `Wrong, ${USER.username}` : ''}${form}`,
    }),
    'POST /login': () => ({ redirect: '/login', cookies: ['flash=1; Path=/', 'last=alice; Path=/'] }),
    'GET /': () => ({ html: '<a href="/login">Log in</a>' }),
  })
  await assert.rejects(audit(site.url), failsWith('sign_in_failed', /login form came back/))
})

test('a protected page that still turns us away is sign_in_failed', async (t) => {
  const site = await serve(t, sessionSite())
  await assert.rejects(
    audit(site.url, { password: 'wrong', protectedUrl: `${site.url}/account` }),
    failsWith('sign_in_failed', /\/account redirects to \/login/),
  )
})

test('a page that is the same for everybody is oracle_unstable', async (t) => {
  const site = await serve(t, {
    'GET /': () => ({
      html: `<p>Same</p><form method=post><input name=u><input type=password name=p></form>`,
    }),
    'POST /': () => ({ redirect: '/done', cookies: ['sid=abcdefghijkl123; Path=/'] }),
    'GET /done': () => ({ html: 'Same for all' }),
  })
  await assert.rejects(audit(site.url), failsWith('oracle_unstable', /--protected-url/))
})

test('a page whose words are random each time is oracle_unstable', async (t) => {
  const noise = () =>
    Array.from({ length: 40 }, () =>
      Math.random()
        .toString(36)
        .replace(/[^a-z]/g, ''),
    ).join(' ')
  const form = '<form method=post><input name=u><input type=password name=p></form>'
  const site = await serve(t, (visit) =>
    visit.at === 'POST /'
      ? { redirect: '/home', cookies: ['sid=abcdefghijkl123; Path=/'] }
      : { html: `<p>${noise()}</p>${visit.at === 'GET /' ? form : ''}` },
  )
  await assert.rejects(audit(site.url), failsWith('oracle_unstable', /--protected-url/))
})

test('a site without a login form is login_not_found', async (t) => {
  const site = await serve(t, { 'GET /': () => ({ html: '<p>Hello</p>' }) })
  await assert.rejects(audit(site.url), failsWith('login_not_found', /--login-url/))
})

test('a site that redirects to another origin is off_origin, and the other is not contacted', async (t) => {
  const other = await serve(t, sessionSite())
  const site = await serve(t, { 'GET /': () => ({ redirect: `${other.url}/` }) })
  await assert.rejects(audit(site.url), failsWith('off_origin', /audit that address instead/))
  assert.deepEqual(other.seen, [])
})

test('nobody listening is unreachable', async () => {
  await assert.rejects(audit('http://127.0.0.1:1/'), failsWith('unreachable', /could not be reached/))
})

test('a budget spent after the sign-in keeps what was gathered and says how to raise it', async (t) => {
  const site = await serve(t, sessionSite())
  const { evidence } = await audit(site.url, { maxRequests: 30 })
  assert.equal(evidence.carrier.status, 'gathered')
  assert.equal(evidence.logout.status, 'failed')
  assert.match(evidence.logout.reason, /request budget of 30 spent; raise it with --max-requests/)
  assert.equal(evidence.cookies.status, 'gathered')
})

test('a budget spent before the sign-in ends the audit', async (t) => {
  const site = await serve(t, sessionSite())
  await assert.rejects(audit(site.url, { maxRequests: 4 }), failsWith('budget_spent', /--max-requests/))
})

test('the login budget is kept', async (t) => {
  const site = await serve(t, sessionSite())
  const { evidence } = await audit(site.url, { maxLogins: 1 })
  assert.equal(site.seen.filter((at) => at === 'POST /login').length, 1)
  assert.equal(evidence.fixation.status, 'failed')
})

test('an aborted audit says so', async (t) => {
  const site = await serve(t, sessionSite())
  const control = new AbortController()
  const onProgress = ({ step }: { step: string }) => step === 'carrier' && control.abort()
  await assert.rejects(
    audit(site.url, { signal: control.signal, onProgress }),
    failsWith('aborted', /stopped/),
  )
})

test('a passive audit signs in nowhere and says why the rest is missing', async (t) => {
  const site = await serve(t, sessionSite())
  const { evidence } = await gather({ url: site.url, passive: true }, noWait)
  assert.ok(site.seen.every((at) => at.startsWith('GET ')))
  assert.equal(evidence.fixation.status, 'skipped')
  assert.equal(evidence.cookies.status === 'gathered' && evidence.cookies.value[0]?.name, 'sid')
})

test('no credentials at all is wrong usage', async () => {
  await assert.rejects(gather({ url: 'http://127.0.0.1:1/' }), failsWith('usage', /password/))
})

test('inspectLogin shows what was identified, with one login', async (t) => {
  const site = await serve(t, sessionSite())
  const { signIn, oracle, carrier } = await inspectLogin({ url: site.url, ...USER })
  assert.deepEqual([signIn.method, signIn.passwordField, carrier.sets], ['form', 'pw', [['sid']]])
  assert.match(oracle.describes, /302 to \/login when not/)
  assert.equal(site.seen.filter((at) => at === 'POST /login').length, 1)
})

test('an existing session by cookie: what needs a login is skipped, the rest is gathered', async (t) => {
  const site = await serve(t, sessionSite())
  const page = await fetch(`${site.url}/login`)
  const first = page.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const csrf = /name=csrf value="(\w+)"/.exec(await page.text())?.[1] ?? ''
  const login = await fetch(`${site.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: first },
    body: new URLSearchParams({ csrf, email: USER.username, pw: USER.password }),
  })
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const file = await gather({ url: site.url, cookie, protectedUrl: `${site.url}/account` }, noWait)
  assert.deepEqual(value(file, 'carrier').sets, [['sid']])
  assert.equal(file.evidence.fixation.status, 'skipped')
  assert.ok(value(file, 'logout').replays.every(({ seen }) => seen.state === 'anonymous'))
  await assert.rejects(
    gather({ url: site.url, cookie: 'sid=old', protectedUrl: `${site.url}/account` }, noWait),
    failsWith('sign_in_failed', /cookie that was given/),
  )
})
