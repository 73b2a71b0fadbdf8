import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { finished, problemsIn, startAudit } from './support/audits.ts'
import { createClient, signedIn } from './support/client.ts'
import { siteUser, startSite } from './support/site.ts'
import { startConsole } from './support/start.ts'

async function start(t: TestContext, options = {}) {
  const site = await startSite()
  const running = await startConsole(options)
  t.after(async () => {
    await running.close()
    await site.close()
  })
  return { site, running, url: running.url, client: await signedIn(running.url) }
}

/** A session of the site, as its visitor's browser would keep it. */
async function sessionOf(url: string): Promise<string> {
  const body = new URLSearchParams(siteUser)
  const answer = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' })
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}

test('a recorded session is uploaded, audited, and shown nowhere', async (t) => {
  const { site, running, client } = await start(t)
  const [name = '', value = ''] = (await sessionOf(site.url)).split('=')
  const cookie = { name, value, domain: 'localhost', path: '/', expires: -1, sameSite: 'Lax' }
  const cookies = [{ ...cookie, httpOnly: false, secure: false }]
  const file = { name: 'recording', content: JSON.stringify({ cookies, origins: [] }) }
  const form = { url: site.url, permission: 'yes', username: '', password: '' }
  const { status, location, body } = await client.upload('/audits', form, file)
  assert.equal(status, 303, problemsIn(body))
  const report = await finished(client, location)
  assert.match(report, /class="lk-card lk-sev-high" id="lk-logout"/)
  const written = await client.get(`${location}/report.json`)
  for (const text of [report, written.body, running.logged()]) assert.ok(!text.includes(value))
})

test('what may hold a secret does not come back, what may not does', async (t) => {
  const { site, client } = await start(t)
  const secrets = {
    ...{ password: 'secret-one', totpSecret: 'secret-two!', fields: 'tenant=secret-three' },
    ...{ headers: 'X-Gate: secret-four', loginBody: '{"p":"secret-five"}' },
    ...{ protectedRequest: 'POST /me {"t":"secret-six"}', logoutRequest: 'POST /out {"t":"secret-seven"}' },
  }
  const typed = { url: site.url, loginFormat: 'json', loginOrigin: 'https://login.example.net' }
  const file = { name: 'recording', content: '{"secret":"secret-eight"}' }
  const { status, body } = await client.upload('/audits', { ...typed, ...secrets, permission: 'yes' }, file)
  assert.equal(status, 422)
  assert.doesNotMatch(body, /secret-/)
  assert.match(body, /<details open>\s*<summary>More ways/)
  assert.match(body, /value="https:\/\/login\.example\.net"/)
  assert.match(body, /<option value="json" selected>/)
  assert.match(problemsIn(body), /Give the user name too.*DevTools Recorder/)
})

test('other fields of a login are sent; a visitor has no way to sign in', async (t) => {
  const { site, url, client } = await start(t)
  const path = await startAudit(client, {
    url: site.url,
    ...siteUser,
    fields: 'tenant=south',
    headers: 'X-Gate: 1',
  })
  const report = await finished(client, path)
  assert.match(report, /id="lk-logout"/)
  assert.match(report, /“Event streams and WebSockets” names one/)
  assert.match(report, /“Sign out everywhere, once” looks for a button/)
  const visitor = createClient(url)
  assert.doesNotMatch((await visitor.get('/')).body, /More ways to sign in/)
})

test('what is asked for in the form is tried', async (t) => {
  const { site, client } = await start(t)
  const asked = { logoutEverywhereUrl: '/logout-all', streams: '/events', streamWait: '1', idSamples: '12' }
  const path = await startAudit(client, { url: site.url, ...siteUser, ...asked })
  const report = await finished(client, path)
  assert.doesNotMatch(report, /was not asked for \(“Sign out everywhere|WebSockets” names one/)
  assert.match(report, /\/logout-all/)
  assert.match(report, /\/events/)
})

test('a browser is offered only where the operator lets audits start one', async (t) => {
  for (const mayUseBrowser of [true, false]) {
    const { client } = await start(t, { mayUseBrowser })
    assert.equal(/name="browser"/.test((await client.get('/')).body), mayUseBrowser)
  }
})
