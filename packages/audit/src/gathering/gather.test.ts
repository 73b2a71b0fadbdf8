import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit, failsWith, noWait, value } from '../../test/audit-site.ts'
import { type Reply, serve, type Visit } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import { gather, inspectLogin } from './gather.ts'

test('a sound site: every probe gathers, and nothing opens the session but its cookie', async (t) => {
  const site = await serve(t, sessionSite())
  const file = await audit(site.url)
  assert.deepEqual(value(file, 'carrier').sets, [['sid']])
  assert.equal(value(file, 'oracle').kind, 'redirect')
  assert.equal(value(file, 'signIn').usernameField, 'email')
  assert.equal(value(file, 'signIn').account, USER.username)
  assert.ok(file.exchanges.every(({ sentMs = -1, tookMs = -1 }) => sentMs >= 0 && tookMs >= 0))
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

test('a passive audit signs in nowhere and says why the rest is missing', async (t) => {
  const site = await serve(t, sessionSite())
  const { evidence } = await gather({ url: site.url, passive: true }, noWait)
  assert.ok(site.seen.every((at) => at.startsWith('GET ')))
  assert.equal(evidence.fixation.status, 'skipped')
  assert.equal(evidence.cookies.status === 'gathered' && evidence.cookies.value[0]?.name, 'sid')
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
