import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { defaultLimits } from '../src/security/throttles.ts'
import { finished, problemsIn, startAudit } from './support/audits.ts'
import { createClient, password, signedIn, signInAgain } from './support/client.ts'
import { type SiteOptions, siteUser, startSite } from './support/site.ts'
import { startConsole } from './support/start.ts'
import { startVisitorSite } from './support/visitor-site.ts'

async function start(t: TestContext, options = {}, siteOptions: SiteOptions = {}) {
  const site = await startSite(siteOptions)
  const running = await startConsole(options)
  t.after(async () => {
    await running.close()
    await site.close()
  })
  return { site, running, url: running.url }
}

test('a user audits a site behind its sign-in, reads the report, downloads and deletes it', async (t) => {
  const { site, running, url } = await start(t)
  const client = await signedIn(url)
  const path = await startAudit(client, { url: site.url, ...siteUser })
  const page = await finished(client, path)
  assert.match(page, /id="lk-logout"/)
  assert.match(page, /class="lk-card lk-sev-\w+" id="lk-cookie-httponly"/)
  assert.doesNotMatch(page, / style=|<style/)

  const json = await client.get(`${path}/report.json`)
  const report = JSON.parse(json.body)
  assert.equal(report.schema, 'latchkey-report/1')
  const failed = report.checks.filter((check: { verdict: string }) => check.verdict === 'fail')
  assert.ok(
    ['logout', 'cookie-httponly'].every((id) => failed.some((check: { id: string }) => check.id === id)),
  )
  const html = await client.get(`${path}/report.html`)
  assert.match(
    html.headers.get('content-disposition') ?? '',
    /^attachment; filename="latchkey-localhost\.html"$/,
  )
  assert.match(html.body, /^<!doctype html>/)

  assert.match((await client.get('/audits')).body, new RegExp(`href="${path}"`))
  const others = [await signedIn(url, 'eve'), createClient(url)]
  for (const other of others) {
    for (const each of ['', '/events', '/report.json', '/report.html']) {
      assert.equal((await other.get(path + each)).status, 404)
    }
    assert.equal((await other.post(`${path}/delete`)).status, 404)
  }
  assert.equal((await client.post(`${path}/delete`)).status, 303)
  assert.equal((await client.get(path)).status, 404)
  assertNoCredentials(running, [json.body, html.body, page])
})

function assertNoCredentials({ dataPath, logged }: { dataPath: string; logged(): string }, texts: string[]) {
  const files = readdirSync(dirname(dataPath)).map((name) =>
    readFileSync(join(dirname(dataPath), name), 'latin1'),
  )
  for (const text of [...files, logged(), ...texts]) {
    assert.ok(!text.includes(siteUser.password), 'the password given for the audit')
    assert.ok(!text.includes(password), "the password of the console's user")
  }
}

test('credentials are in no file, log or page either when the audit cannot be done', async (t) => {
  const { site, running, url } = await start(t)
  const client = await signedIn(url)
  const wrong = `${siteUser.password}-wrong`
  const path = await startAudit(client, { url: site.url, username: siteUser.username, password: wrong })
  const page = await finished(client, path)
  assert.match(page, /could not be done/)
  const invalid = await client.post('/audits', {
    url: 'ftp://x',
    password: wrong,
    username: 'someone-else',
    permission: 'yes',
  })
  assert.equal(invalid.status, 422)
  assert.doesNotMatch(invalid.body, /someone-else/)
  assertNoCredentials(running, [page, invalid.body])
})

test('a visitor runs a passive audit and sees its report, and nobody else does', async (t) => {
  const { site, url } = await start(t)
  const visitor = createClient(url)
  const path = await startAudit(visitor, { url: site.url })
  assert.match(await finished(visitor, path), /for this browser only/)
  assert.equal((await createClient(url).get(path)).status, 404)

  const active = await visitor.post('/audits', { url: site.url, permission: 'yes', ...siteUser })
  assert.equal(active.status, 422)
  assert.match(problemsIn(active.body), /Sign in first/)

  await createClient(url).post('/sign-up', { username: 'ada', password })
  await visitor.post('/sign-in', { username: 'ada', password })
  assert.match((await visitor.get('/audits')).body, new RegExp(path))
})

test('without an account the report judges what a visitor gets, in 15 requests', async (t) => {
  const { url } = await start(t)
  const shop = await startVisitorSite()
  t.after(() => shop.close())
  const visitor = createClient(url)
  const report = await finished(visitor, await startAudit(visitor, { url: shop.url }))
  assert.match(report, /class="lk-card lk-sev-medium" id="lk-cookie-httponly"/)
  assert.match(report, /A visitor’s session<\/dt><dd><code>connect\.sid<\/code>/)
  assert.match(report, /a sign-in usually keeps or replaces it/)
  assert.ok(shop.requests() <= 15)
})

test('the permission must be confirmed', async (t) => {
  const { site, url } = await start(t)
  const answer = await createClient(url).post('/audits', { url: site.url })
  assert.equal(answer.status, 422)
  assert.match(problemsIn(answer.body), /Confirm that you may/)
  assert.equal(site.requests(), 0)
})

test('one audit at a time, for a user and for an address; more than the limit wait', async (t) => {
  const limits = { ...defaultLimits, visitorAudits: { points: 2, duration: 60 } }
  const { site, url } = await start(t, { limits }, { hold: true })
  for (const client of [await signedIn(url), createClient(url)]) {
    const path = await startAudit(client, { url: site.url })
    const second = await client.post('/audits', { url: site.url, permission: 'yes' })
    assert.match(problemsIn(second.body), /still running/)
    assert.equal((await client.post(`${path}/stop`)).location, path)
    assert.match(await finished(client, path), /You stopped this audit/)
  }
  const third = await createClient(url).post('/audits', { url: site.url, permission: 'yes' })
  assert.equal(third.status, 429)
})

test('an audit ends at its time limit', async (t) => {
  const { site, url } = await start(t, { auditTimeLimit: 50 }, { hold: true })
  const client = createClient(url)
  const path = await startAudit(client, { url: site.url })
  assert.match(await finished(client, path), /took longer than/)
})

test('progress is streamed, and the stream ends with the session', async (t) => {
  const { site, url } = await start(t, {}, { hold: true })
  const client = await signedIn(url)
  const path = await startAudit(client, { url: site.url })
  const page = await client.get(path)
  assert.match(page.body, /<noscript><meta http-equiv="refresh" content="2"><\/noscript>/)
  const response = await client.stream(`${path}/events`, AbortSignal.timeout(30_000))
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const first = await reader?.read()
  assert.match(first?.value ?? '', /^event: progress\ndata: \{"status":"0 of \d+ steps/)

  await client.post('/sign-out')
  let last = ''
  for (let each = await reader?.read(); each && !each.done; each = await reader?.read()) last = each.value
  assert.match(last, /event: end/)
  assert.equal((await client.get(path)).status, 404)
  const again = await signInAgain(url)
  assert.match((await again.get(path)).body, /id="progress"/, 'the audit itself goes on')
})

test('closing the console stops audits and ends streams', async (t) => {
  const site = await startSite({ hold: true })
  t.after(() => site.close())
  const running = await startConsole()
  const client = createClient(running.url)
  const path = await startAudit(client, { url: site.url })
  const stream = await client.stream(`${path}/events`, AbortSignal.timeout(30_000))
  const [text] = await Promise.all([stream.text(), running.close()])
  assert.match(text, /event: progress/)
  await assert.rejects(client.get('/'))
})
