import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type Client, createClient, password, sidOf, signedIn, signInAgain } from './support/client.ts'
import { clock, minute } from './support/clock.ts'
import { startConsole } from './support/start.ts'

async function start(t: TestContext) {
  const { now, forward } = clock()
  const started = await startConsole({ now })
  t.after(() => started.close())
  return { ...started, forward }
}

/** What a page says that happened, newest first. */
async function eventsAt(client: Client, path: string): Promise<string[]> {
  const { body } = await client.get(path)
  return [...body.matchAll(/<span class="text">([^<]*)</g)].map(([, text]) => text ?? '')
}

test('a session’s history tells how it began, changed and ended, and stays when it has', async (t) => {
  const { url, forward } = await start(t)
  const one = await signedIn(url)
  const watcher = await signInAgain(url)
  const page = `/devices/${sidOf(one)}`
  for (let each = 0; each < 6; each++) {
    forward(21 * minute)
    for (const client of [one, watcher]) await client.get('/account')
  }
  await one.post('/confirm', { password })
  await one.post('/account/password', { current: password, password: 'eight loud lighthouses' })
  await one.post('/sign-out')
  assert.deepEqual(await eventsAt(watcher, page), [
    'Signed out',
    'Password confirmed, new token',
    'Password changed',
    'Password confirmed, new token',
    'New token, as every hour in use',
    'Signed in',
  ])
  const { body } = await watcher.get(page)
  assert.match(body, /<h1>Firefox on Linux<\/h1>/)
  assert.match(body, />Ended</)
  assert.match((await watcher.get(`/devices/${sidOf(watcher)}`)).body, />This device</)
})

test('who ended a session is told apart', async (t) => {
  const { url, forward } = await start(t)
  const one = await signedIn(url)
  const [revoked, idle] = [await signInAgain(url), await signInAgain(url)]
  await one.post('/devices/end', { sid: sidOf(revoked) })
  assert.deepEqual(await eventsAt(one, `/devices/${sidOf(revoked)}`), ['Ended from elsewhere', 'Signed in'])
  const sid = sidOf(idle)
  forward(29 * minute)
  await one.get('/account')
  forward(2 * minute)
  await idle.get('/account')
  assert.deepEqual(await eventsAt(one, `/devices/${sid}`), [
    'Asked for after its end',
    'Ended: not used for too long',
    'Signed in',
  ])
})

test('a copied token that is used after its successor is found out, told to the user and to the log', async (t) => {
  const { url, forward, logged } = await start(t)
  const victim = await signedIn(url)
  const stolen = { headers: { cookie: victim.cookie() }, redirect: 'manual' } as const
  const sid = sidOf(victim)
  forward(25 * minute)
  await victim.get('/account')
  forward(25 * minute)
  await victim.get('/account')
  forward(25 * minute)
  await victim.get('/account')
  await victim.get('/account')
  forward(minute)
  assert.equal((await fetch(`${url}/account`, stolen)).status, 303)
  assert.equal((await victim.get('/account')).status, 200, 'it may be late: it is refused, and nothing else')
  forward(16 * minute)
  await victim.get('/account')
  assert.equal((await fetch(`${url}/account`, stolen)).status, 303)
  assert.equal((await victim.get('/account')).status, 303)
  const again = await signInAgain(url)
  assert.deepEqual((await eventsAt(again, `/devices/${sid}`)).slice(0, 2), [
    'Ended, because a copy of its token was used',
    'An outdated token was used: somebody may have copied it',
  ])
  assert.match(logged(), new RegExp(`"level":40[^\\n]*"event":"authn_token_reuse","sid":"${sid}"`))
})

test('activity is the user’s own, and holds no token, password or value', async (t) => {
  const { url, logged } = await start(t)
  const one = await signedIn(url)
  const cookie = one.cookie()
  const eve = await signedIn(url, 'eve')
  const sid = sidOf(one)
  await one.post('/confirm', { password })
  for (const other of [eve, createClient(url)]) {
    assert.notEqual((await other.get(`/devices/${sid}`)).status, 200)
  }
  assert.deepEqual(await eventsAt(eve, '/activity'), ['Signed in'])
  for (const path of ['/activity', '/account', '/devices', `/devices/${sid}`]) {
    const { body } = await one.get(path)
    for (const token of [cookie, one.cookie()].map((each) => each.split('=')[1] ?? '')) {
      assert.equal(token.length, 64)
      assert.ok(!body.includes(token.slice(20)) && !logged().includes(token.slice(20)), path)
    }
    assert.doesNotMatch(body, new RegExp(password))
  }
  assert.match(logged(), new RegExp(`"event":"session_created","sid":"${sid}","reason":"default"`))
})

test('a visitor’s session leaves no history until it is a user’s', async (t) => {
  const { url } = await start(t)
  await signedIn(url)
  const visitor = createClient(url)
  await visitor.post('/audits', { url: 'http://localhost:9', permission: 'yes' })
  await visitor.post('/sign-in', { username: 'ada', password })
  assert.deepEqual(await eventsAt(visitor, `/devices/${sidOf(visitor)}`), ['Signed in'])
})
