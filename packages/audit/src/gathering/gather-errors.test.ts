import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit, failsWith, noWait } from '../../test/audit-site.ts'
import { type Reply, serve, type Visit } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import type { ProgressEvent } from '../options/options.ts'
import { gather } from './gather.ts'

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

test('at the time limit it ends with what it has, and says how to raise it', async (t) => {
  const site = await serve(t, sessionSite())
  let now = 0
  const onProgress = ({ step, state }: ProgressEvent) => {
    if (step === 'carrier' && state === 'done') now = 60_000
  }
  const options = { url: site.url, ...USER, timeLimit: 60, onProgress }
  const { evidence } = await gather(options, { ...noWait, now: () => now })
  assert.equal(evidence.carrier.status, 'gathered')
  assert.equal(evidence.logout.status, 'failed')
  assert.match(evidence.logout.reason, /time limit of 60 s reached; raise it with --time-limit/)
  assert.equal(evidence.cookies.status, 'gathered')
})

test('a site that puts requests off is waited for, and progress says so', async (t) => {
  const routes = sessionSite() as Record<string, (visit: Visit) => Reply>
  const told: ProgressEvent[] = []
  let asked = 0
  const site = await serve(t, (visit) => {
    asked += 1
    if (asked % 10 === 0) return { status: 503, html: 'Busy', headers: { 'retry-after': '4' } }
    return routes[visit.at]?.(visit) ?? { status: 404, html: 'No such page' }
  })
  let now = 0
  const wait = async (milliseconds: number) => {
    now += milliseconds
  }
  const options = { url: site.url, ...USER, onProgress: (event: ProgressEvent) => told.push(event) }
  const { evidence, took } = await gather(options, { wait, now: () => now })
  const failed = Object.entries(evidence).filter(([, { status }]) => status === 'failed')
  assert.deepEqual(failed, [])
  const [first] = told.filter(({ state }) => state === 'paused')
  assert.ok((took?.waitedSeconds ?? 0) >= 4, String(took?.waitedSeconds))
  assert.equal(took?.requests, site.seen.length)
  assert.match(first?.detail ?? '', /^waits 4 s, as the site asks \(status 503\); 116 s of waiting are left$/)
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

test('no credentials at all is wrong usage', async () => {
  await assert.rejects(gather({ url: 'http://127.0.0.1:1/' }), failsWith('usage', /password/))
})
