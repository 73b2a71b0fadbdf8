import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync } from 'node:sqlite'
import test, { mock, type TestContext } from 'node:test'
import { memoryStore } from 'latchkey'
import { defaultLimits } from '../src/security/throttles.ts'
import { createClient, password, sidOf, signedIn, signInAgain, signUp } from './support/client.ts'
import { type Started, startConsole } from './support/start.ts'

async function start(t: TestContext, options = {}): Promise<Started> {
  const started = await startConsole(options)
  t.after(() => started.close())
  return started
}

/** Counts the derivations of argon2, which still run. */
function countHashes(t: TestContext): () => number {
  const spy = mock.method(crypto, 'argon2')
  syncBuiltinESMExports()
  t.after(() => {
    spy.mock.restore()
    syncBuiltinESMExports()
  })
  return () => spy.mock.callCount()
}

test('a sign-up answers the same for a free and a taken name, after the same work', async (t) => {
  const { url } = await start(t)
  const hashes = countHashes(t)
  const answers = []
  for (const each of [password, 'another good password']) {
    const { status, location, body } = await createClient(url).post('/sign-up', {
      username: 'ada',
      password: each,
    })
    answers.push({ status, location, body, hashes: hashes() })
  }
  const [free, taken] = answers
  assert.deepEqual({ ...taken, hashes: 1 }, free)
  assert.equal(taken?.hashes, 2)
  await signInAgain(url, 'ADA')
  assert.equal(
    (await createClient(url).post('/sign-in', { username: 'ada', password: 'another good password' })).status,
    401,
  )
})

test('a sign-in does not tell an unknown name from a wrong password', async (t) => {
  const { url } = await start(t)
  await signUp(url, 'ada')
  const hashes = countHashes(t)
  const wrong = await createClient(url).post('/sign-in', { username: 'ada', password: 'not the password' })
  assert.equal(hashes(), 1)
  const unknown = await createClient(url).post('/sign-in', { username: 'eve', password: 'not the password' })
  assert.equal(hashes(), 2)
  assert.deepEqual([wrong.status, unknown.status], [401, 401])
  assert.equal(unknown.body.replaceAll('eve', 'ada'), wrong.body)
  assert.doesNotMatch(wrong.body, /not the password/)
  assert.deepEqual([...wrong.headers.keys()].sort(), [...unknown.headers.keys()].sort())
})

test('sign-ins are throttled alike for names that exist and names that do not', async (t) => {
  const limits = { ...defaultLimits, signInPair: { points: 2, duration: 60 } }
  const { url } = await start(t, { limits })
  await signUp(url, 'ada')
  const pages = []
  for (const username of ['ada', 'eve']) {
    for (let at = 0; at < 2; at++) await createClient(url).post('/sign-in', { username, password: 'wrong' })
    const { status, headers, body } = await createClient(url).post('/sign-in', { username, password })
    assert.equal(status, 429)
    assert.match(headers.get('retry-after') ?? '', /^(60|59|58)$/)
    pages.push(body)
  }
  assert.equal(pages[0], pages[1])
})

test('changing the password needs the current one, ends the other sessions and rotates this one', async (t) => {
  const { url } = await start(t)
  const one = await signedIn(url)
  const other = await signInAgain(url)
  const before = one.cookie()
  const change = (current: string) =>
    one.post('/account/password', { current, password: 'eight loud lighthouses', others: 'yes' })

  const refused = await change('wrong password here')
  assert.equal(refused.status, 422)
  assert.match(refused.body, /not your current password/)
  assert.equal((await other.get('/devices')).status, 200)

  assert.equal((await change(password)).location, '/account?ended=1')
  assert.equal((await other.get('/devices')).location, '/sign-in?next=%2Fdevices')
  assert.equal((await one.get('/devices')).status, 200)
  assert.notEqual(one.cookie(), before)
  const stale = await fetch(`${url}/devices`, { headers: { cookie: before }, redirect: 'manual' })
  assert.equal(stale.status, 303)
  await assert.rejects(signInAgain(url))
  await signInAgain(url, 'ada', 'eight loud lighthouses')
})

test('of two changes at once only one is made', async (t) => {
  const { url } = await start(t)
  const one = await signedIn(url)
  const change = (next: string) =>
    one.post('/account/password', { current: password, password: next, others: 'yes' })
  const answers = await Promise.all([change('eight loud lighthouses'), change('nine green lighthouses')])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 409])
})

test('devices are listed, ended one by one and all at once, and only by their user', async (t) => {
  const { url } = await start(t)
  const one = await signedIn(url)
  const [second, third, fourth] = [await signInAgain(url), await signInAgain(url), await signInAgain(url)]
  const eve = await signedIn(url, 'eve')
  const sids = [...(await one.get('/devices')).body.matchAll(/name="sid" value="([\w-]+)"/g)].map(
    ([, sid]) => sid ?? '',
  )
  assert.equal(sids.length, 4)
  assert.equal(sids[0], sidOf(one), 'this device comes first')

  await eve.post('/devices/end', { sid: sidOf(second) })
  assert.equal((await second.get('/devices')).status, 200)
  await one.post('/devices/end', { sid: sidOf(second) })
  assert.equal((await second.get('/devices')).status, 303)
  await one.post('/devices/end-others')
  for (const ended of [third, fourth]) assert.equal((await ended.get('/devices')).status, 303)
  assert.equal((await one.get('/devices')).status, 200)
  assert.equal((await eve.get('/devices')).status, 200)
})

test('signing out ends the session in the store', async (t) => {
  const { url } = await start(t)
  const client = await signedIn(url)
  const cookie = client.cookie()
  assert.equal((await client.post('/sign-out')).status, 303)
  assert.equal(client.cookie(), '')
  const replayed = await fetch(`${url}/devices`, { headers: { cookie }, redirect: 'manual' })
  assert.equal(replayed.status, 303)
})

test('a session that began with the old password while it was changed does not begin', async (t) => {
  const { url } = await start(t)
  const one = await signedIn(url)
  // The sign-in hashes while the change is stored: whichever comes first, the old password must open nothing after.
  const [change] = await Promise.all([
    one.post('/account/password', {
      current: password,
      password: 'eight loud lighthouses',
      others: 'yes',
    }),
    ...Array.from({ length: 6 }, () => createClient(url).post('/sign-in', { username: 'ada', password })),
  ])
  assert.equal(change?.status, 303)
  const { body } = await one.get('/devices')
  assert.equal([...body.matchAll(/name="sid"/g)].length, 1)
})

test('a database that is locked by another process is a 503, not a fault', async (t) => {
  const { url, dataPath, logged } = await start(t)
  const other = new DatabaseSync(dataPath)
  t.after(() => other.close())
  other.exec('BEGIN EXCLUSIVE')
  const { status } = await createClient(url).post('/sign-up', { username: 'ada', password })
  other.exec('ROLLBACK')
  assert.equal(status, 503)
  assert.match(logged(), /"error":"Error","code":"ERR_SQLITE_ERROR"/)
  await signedIn(url)
})

test('when the store cannot answer nobody is let in, and the page says so', async (t) => {
  let broken = false
  const store = memoryStore()
  const read: typeof store.read = (sid) =>
    broken ? Promise.reject(new Error('store down')) : store.read(sid)
  const { url } = await start(t, { store: { ...store, read } })
  const client = await signedIn(url)
  broken = true
  const { status, headers, body } = await client.get('/devices')
  assert.equal(status, 503)
  assert.match(headers.get('content-type') ?? '', /text\/html/)
  assert.match(body, /Not available right now/)
  assert.equal(headers.get('retry-after'), '1')
  assert.equal((await createClient(url).get('/')).status, 200)
  broken = false
  assert.equal((await client.get('/devices')).status, 200)
})
