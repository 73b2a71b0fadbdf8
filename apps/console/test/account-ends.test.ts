import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import { memoryStore } from 'latchkey'
import { finished, startAudit } from './support/audits.ts'
import { createClient, password, signedIn, signInAgain, signUp } from './support/client.ts'
import { startSite } from './support/site.ts'
import { startConsole } from './support/start.ts'

async function start(t: TestContext, options = {}) {
  const started = await startConsole(options)
  t.after(() => started.close())
  return started
}

function rowsOf(path: string): Record<string, number> {
  const database = new DatabaseSync(path)
  const count = (table: string) =>
    Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows)
  const rows = Object.fromEntries(
    ['console_users', 'console_audits', 'console_events', 'latchkey_sessions'].map((table) => [
      table,
      count(table),
    ]),
  )
  database.close()
  return rows
}

test('a password can be changed without ending the other sessions; this one gets a new token all the same', async (t) => {
  const { url } = await start(t)
  const one = await signedIn(url)
  const other = await signInAgain(url)
  const page = (await one.get('/account')).body
  assert.match(page, /<input type="checkbox" id="others" name="others" value="yes" checked/)
  const before = one.cookie()
  const changed = await one.post('/account/password', {
    current: password,
    password: 'eight loud lighthouses',
  })
  assert.equal(changed.location, '/account?ended=none')
  assert.notEqual(one.cookie(), before)
  assert.equal((await other.get('/account')).status, 200)
  assert.match((await one.get(changed.location)).body, /Your other sessions go on/)
})

test('a form that has mistakes keeps what was chosen', async (t) => {
  const { url } = await start(t)
  const one = await signedIn(url)
  const form = { current: password, password: 'short' }
  assert.doesNotMatch((await one.post('/account/password', form)).body, /name="others" value="yes" checked/)
  const chosen = await one.post('/account/password', { ...form, others: 'yes' })
  assert.match(chosen.body, /name="others" value="yes" checked/)
})

test('deleting the account ends its sessions and removes what was its own, and nothing else', async (t) => {
  const { url, dataPath } = await start(t)
  const site = await startSite()
  t.after(() => site.close())
  const eve = await signedIn(url, 'eve')
  await eve.get('/account')
  const before = rowsOf(dataPath)
  const one = await signedIn(url)
  const other = await signInAgain(url)
  const path = await startAudit(one, { url: site.url })
  await finished(one, path)

  const unsure = await one.post('/account/delete')
  assert.equal(unsure.status, 422)
  assert.equal((await one.get(path)).status, 200)
  assert.equal((await one.post('/account/delete', { sure: 'yes' })).location, '/?notice=account-deleted')
  assert.equal(one.cookie(), '')
  assert.equal((await other.get('/account')).location, '/sign-in?next=%2Faccount')
  await assert.rejects(signInAgain(url))
  assert.deepEqual(rowsOf(dataPath), before)
  assert.equal((await eve.get('/account')).status, 200)
  await signUp(url, 'ada')
  assert.doesNotMatch((await (await signInAgain(url)).get('/activity')).body, /Signed out/)
})

test('an audit that runs ends with its account', async (t) => {
  const { url } = await start(t, { heartbeat: 20 })
  const site = await startSite({ hold: true })
  t.after(() => site.close())
  const one = await signedIn(url)
  const path = await startAudit(one, { url: site.url })
  const stream = finished(one, path)
  await one.post('/account/delete', { sure: 'yes' })
  assert.match(await stream, /Not found/)
})

test('a session that is left of an account that is gone ends at its next use', async (t) => {
  const store = memoryStore()
  let down = false
  const list: typeof store.list = (userId) =>
    down ? Promise.reject(new Error('store down')) : store.list(userId)
  const { url } = await start(t, { store: { ...store, list } })
  const one = await signedIn(url)
  const other = await signInAgain(url)
  const elsewhere = await signInAgain(url)
  down = true
  assert.equal((await one.post('/account/delete', { sure: 'yes' })).status, 503)
  down = false
  for (const each of [one, other]) {
    assert.equal((await each.get('/devices')).location, '/sign-in?next=%2Fdevices')
    assert.equal(each.cookie(), '')
  }
  // Also where no sign-in is asked for: it is a visitor who starts this audit.
  const answer = await elsewhere.post('/audits', { url: 'http://localhost:9', permission: 'yes' })
  assert.equal(answer.status, 303)
  assert.equal((await createClient(url).get(answer.location)).status, 404)
  assert.match((await elsewhere.get('/')).body, /Sign up/)
})
