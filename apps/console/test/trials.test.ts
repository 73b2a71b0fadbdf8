import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { finished, problemsIn } from './support/audits.ts'
import { createClient, signedIn, signInAgain } from './support/client.ts'
import { siteUser, startSite } from './support/site.ts'
import { startConsole } from './support/start.ts'
import { startVisitorSite } from './support/visitor-site.ts'

async function start(t: TestContext) {
  const site = await startSite()
  const running = await startConsole()
  t.after(async () => {
    await running.close()
    await site.close()
  })
  const client = await signedIn(running.url)
  const form = { url: site.url, permission: 'yes', do: 'try', ...siteUser }
  return { site, running, url: running.url, client, form }
}

const ticketIn = (body: string) => ({
  id: /name="id" value="([^"]+)"/.exec(body)?.[1] ?? '',
  key: /name="key" value="([^"]+)"/.exec(body)?.[1] ?? '',
})

test('a sign-in is shown as it was recognised, and the audit starts without its details again', async (t) => {
  const { running, url, client, form } = await start(t)
  const { status, body } = await client.post('/audits', form)
  assert.equal(status, 200, problemsIn(body))
  for (const part of [/Signed in<\/dt><dd>as tester by a form/, /<code>username<\/code>, <code>password</]) {
    assert.match(body, part)
  }
  assert.match(body, /Carries the session<\/dt><dd><code>shop_session<\/code>/)
  assert.match(body, /<code>POST http:\/\/localhost:\d+\/login<\/code>/)
  assert.doesNotMatch((await client.get('/audits')).body, /localhost/, 'it is no audit')
  const kept = readdirSync(dirname(running.dataPath)).map((name) =>
    readFileSync(join(dirname(running.dataPath), name), 'latin1'),
  )
  const ticket = ticketIn(body)
  for (const text of [...kept, running.logged(), body]) assert.ok(!text.includes(siteUser.password))
  for (const text of [...kept, running.logged()]) assert.ok(!text.includes(ticket.key))

  const others = [await signedIn(url, 'eve'), await signInAgain(url)]
  for (const other of others) assert.equal((await other.post('/audits/tried', ticket)).status, 422)
  assert.equal((await createClient(url).post('/audits/tried', ticket)).location, '/sign-in')
  const started = await client.post('/audits/tried', ticket)
  assert.equal(started.status, 303)
  const report = await finished(client, started.location)
  assert.match(report, /id="lk-logout"/)
  assert.match(report, /<figure class="lk-life">/)
  assert.match(report, /“Ends without use after”/)
  assert.deepEqual(optionsIn(report), [])
  const again = await client.post('/audits/tried', ticket)
  assert.match(problemsIn(again.body), /not kept any more/)
})

test('a sign-in that does not work says why and what was asked; nothing is kept', async (t) => {
  const { client, form } = await start(t)
  const { status, body } = await client.post('/audits', { ...form, password: 'a-wrong-one' })
  assert.equal(status, 422)
  assert.match(problemsIn(body), /The sign-in did not work/)
  assert.match(body, /a form with a password \(username, password\)/)
  assert.equal(ticketIn(body).id, '')
  assert.doesNotMatch(body, /a-wrong-one| --\w/)
  assert.match(body, new RegExp(`value="${form.url}"`))
})

test('without details there is nothing to try, and a visitor tries none', async (t) => {
  const { site, url, client } = await start(t)
  const form = { url: site.url, permission: 'yes', do: 'try' }
  assert.match(problemsIn((await client.post('/audits', form)).body), /Say how to sign in/)
  const visitor = createClient(url)
  assert.match(problemsIn((await visitor.post('/audits', { ...form, ...siteUser })).body), /Sign in first/)
})

test('what would help names the fields of the form', async (t) => {
  const { client } = await start(t)
  const site = await startVisitorSite()
  t.after(() => site.close())
  const form = { url: site.url, permission: 'yes', ...siteUser }
  const { body } = await client.post('/audits', { ...form, do: 'try' })
  assert.match(problemsIn(body), /“Cookie header of a session”/)
  assert.doesNotMatch(body, / --[a-z]/)
})

/** The options of the command that a report names as if they were here. */
function optionsIn(report: string): string[] {
  const prose = report.replace(/<pre>.*?<\/pre>/gs, '')
  const named = [...prose.matchAll(/ (--[a-z][a-z-]*)( of the command)?/g)]
  return named.flatMap(([, option = '', here]) => (here === undefined ? [option] : []))
}
