import assert from 'node:assert/strict'
import test, { after, before, type TestContext } from 'node:test'
import { Client } from 'pg'
import { startRedis } from '../../../servers/redis.ts'
import { until } from '../../../servers/until.ts'
import { finished, problemsIn, startAudit } from './support/audits.ts'
import { createClient, password, sidOf, signedIn, signInAgain } from './support/client.ts'
import { endingWhenTold } from './support/ending.ts'
import { asked, ownDatabase } from './support/postgres.ts'
import { type Process, run, urlOf } from './support/process.ts'
import { siteUser, startSite } from './support/site.ts'

// Two processes on one Redis and one PostgreSQL, as behind a load balancer without sticky sessions.
const ending = endingWhenTold()
after(() => ending.end())
let settings: Record<string, string>
let one: { process: Process; url: string }
let two: { process: Process; url: string }

async function start(port = '0') {
  const process = run(ending, { ...settings, PORT: port })
  return { process, url: await urlOf(process) }
}

before(async () => {
  const redis = await startRedis()
  ending.after(() => redis.stop())
  settings = { DATABASE_URL: await ownDatabase(ending), SESSION_STORE: redis.url, LOG_LEVEL: 'info' }
  // Both at once: they make the tables between them.
  const both = await Promise.all([start(), start()])
  ;[one, two] = both
})

async function refusesConnections(url: string): Promise<void> {
  const isRefused = async () =>
    await fetch(url).then(
      () => false,
      () => true,
    )
  await until(`${url} accepts no connections`, isRefused)
}

/** Holds everybody up who writes users, until `release`; `waiting` resolves when somebody is held up. */
async function lockUsers(t: TestContext, url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  const release = async () => {
    await client.query('COMMIT')
    await client.end()
  }
  await client.query('BEGIN; LOCK TABLE console_users IN EXCLUSIVE MODE')
  t.after(() => client.end())
  const held =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
  const waiting = () =>
    until('a request waits for the table', async () => (await asked(url, held)).length > 0)
  return { release, waiting }
}

test('an account and a session of one console are those of the other; what one ends, the other refuses', async () => {
  const ada = await signedIn(one.url, 'ada')
  const second = await signInAgain(two.url, 'ada')
  assert.equal((await ada.at(two.url).get('/devices')).status, 200)
  const { body } = await second.at(two.url).get('/devices')
  assert.equal([...body.matchAll(/name="sid"/g)].length, 2)

  await second.at(two.url).post('/devices/end-others')
  for (const { url } of [one, two]) {
    assert.equal((await ada.at(url).get('/devices')).location, '/sign-in?next=%2Fdevices')
    assert.equal((await second.at(url).get('/devices')).status, 200)
  }
  await second
    .at(one.url)
    .post('/account/password', { current: password, password: 'eight loud lighthouses' })
  await assert.rejects(signInAgain(two.url, 'ada'))
})

test('what happened at one console is told at the other, and a form of one is good at the other', async () => {
  const client = await signedIn(one.url, 'hedy')
  const csrf = /name="csrf" value="([^"]*)"/.exec((await client.get('/')).body)?.[1] ?? ''
  const elsewhere = client.at(two.url)
  assert.equal((await elsewhere.post('/confirm', { password, csrf })).status, 303)
  // A console does not wait for what another has yet to write.
  const isTold = async () => /Password confirmed[\s\S]*Signed in/.test((await client.get('/activity')).body)
  await until('both events are in the activity', isTold)
  const sid = sidOf(client)
  assert.match((await client.get(`/devices/${sid}`)).body, /<h1>Firefox on Linux/)
})

test('an audit that one console runs is followed at the other, to its report', async (t) => {
  const site = await startSite({ delay: 5 })
  t.after(() => site.close())
  const client = await signedIn(one.url, 'grace')
  const path = await startAudit(client, { url: site.url, ...siteUser })
  const elsewhere = client.at(two.url)
  assert.match((await elsewhere.get(path)).body, /id="progress"[\s\S]*<li class="(waiting|started)">/)
  assert.match((await elsewhere.get('/audits')).body, /running/)
  const page = await finished(elsewhere, path)
  assert.match(page, /id="lk-logout"/)
  assert.equal((await elsewhere.get(`${path}/report.json`)).status, 200)
})

test('of one user one audit runs, whichever console is asked, and each can stop it', async (t) => {
  const site = await startSite({ hold: true })
  t.after(() => site.close())
  const client = await signedIn(one.url, 'linus')
  const path = await startAudit(client, { url: site.url })
  const elsewhere = client.at(two.url)
  const refused = await elsewhere.post('/audits', { url: site.url, permission: 'yes' })
  assert.match(problemsIn(refused.body), /still running/)
  await elsewhere.post(`${path}/stop`)
  assert.match(await finished(elsewhere, path), /You stopped this audit/)
  assert.match((await client.get(path)).body, /You stopped this audit/)
})

test("a visitor's audit is the visitor's at the other console too, and goes with the sign-in there", async (t) => {
  const site = await startSite()
  t.after(() => site.close())
  const visitor = createClient(one.url)
  const path = await startAudit(visitor, { url: site.url })
  assert.match(await finished(visitor.at(two.url), path), /for this browser only/)
  assert.equal((await createClient(two.url).get(path)).status, 404)
  await createClient(one.url).post('/sign-up', { username: 'barbara', password })
  await visitor.at(two.url).post('/sign-in', { username: 'barbara', password })
  assert.match((await visitor.get('/audits')).body, new RegExp(path))
})

test('attempts are counted over all consoles', async () => {
  await signedIn(one.url, 'eve')
  for (let each = 0; each < 10; each++) {
    const { url } = each % 2 ? one : two
    const { status } = await createClient(url).post('/sign-in', { username: 'eve', password: 'wrong' })
    assert.equal(status, 401)
  }
  for (const { url } of [one, two]) {
    assert.equal((await createClient(url).post('/sign-in', { username: 'eve', password })).status, 429)
  }
  const elsewhere = await asked(settings.DATABASE_URL ?? '', 'SELECT key FROM console_throttles')
  assert.deepEqual(elsewhere, [], 'where there is a Redis it does the counting')
})

test('a request under way is answered when its console is stopped, and nothing is lost by its restart', async (t) => {
  const client = await signedIn(one.url, 'edsger')
  const database = settings.DATABASE_URL ?? ''
  const { release, waiting } = await lockUsers(t, database)
  const signUp = createClient(one.url).post('/sign-up', { username: 'late', password })
  // What the history has yet to write waits for the same table.
  for (let each = 0; each < 2; each++) await client.post('/confirm', { password })
  await waiting()
  one.process.child.kill('SIGTERM')
  await refusesConnections(one.url)
  await release()
  const answer = await signUp
  assert.equal(answer.status, 303)
  assert.equal(answer.headers.get('connection'), 'close')
  assert.equal(await one.process.ended, 0)

  const written = await asked(
    database,
    `SELECT at FROM console_events WHERE sid = '${sidOf(client)}' AND reason = 'reauthenticate'`,
  )
  assert.equal(written.length, 2)
  assert.equal((await client.at(two.url).get('/account')).status, 200)
  one = await start(new URL(one.url).port)
  assert.equal((await client.get('/account')).status, 200)
  await signInAgain(one.url, 'late')
  assert.equal((await createClient(one.url).post('/sign-in', { username: 'eve', password })).status, 429)
})

test('nothing that was logged holds a password', () => {
  for (const { process } of [one, two]) {
    assert.match(process.output(), /"route":"\/sign-in"/)
    for (const secret of [password, siteUser.password]) assert.ok(!process.output().includes(secret))
  }
})
