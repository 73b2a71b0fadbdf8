import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { memoryStore } from 'latchkey'
import { perPage } from '../src/pages/paging.ts'
import { sessionsPerUser } from '../src/policies.ts'
import { defaultLimits } from '../src/security/throttles.ts'
import { type Client, createClient, password, sidOf, signedIn, signInAgain } from './support/client.ts'
import { addSessionsLike } from './support/many-sessions.ts'
import { type StartOptions, startConsole } from './support/start.ts'

async function start(t: TestContext, options: StartOptions = {}) {
  const store = memoryStore()
  const started = await startConsole({ store, ...options })
  t.after(() => started.close())
  return { ...started, store }
}

const cards = (body: string) => body.split('<li class="card device').length - 1
const isSignedIn = async (client: Client) => (await client.get('/account')).status === 200

test('with one sign-in more than a user may have, the oldest ends', async (t) => {
  const { url } = await start(t)
  const first = await signedIn(url)
  const second = await signInAgain(url)
  for (let at = 2; at < sessionsPerUser; at++) await signInAgain(url)
  assert.ok(await isSignedIn(first))
  const last = await signInAgain(url)
  assert.deepEqual(
    [await isSignedIn(first), await isSignedIn(second), await isSignedIn(last)],
    [false, true, true],
  )
  assert.equal(cards((await last.get('/devices')).body), sessionsPerUser)
  assert.match((await last.get('/activity')).body, /Ended: one session too many/)
})

test('more right sign-ins than a name may have wait, at the confirmation of the password too', async (t) => {
  const limits = { ...defaultLimits, rightName: { points: 3, duration: 60 } }
  const { url } = await start(t, { limits })
  const ada = await signedIn(url)
  await signInAgain(url)
  assert.equal((await ada.post('/confirm', { password })).status, 303)
  const tooMany = createClient(url)
  for (const { status, headers } of [
    await tooMany.post('/sign-in', { username: 'ada', password }),
    await ada.post('/confirm', { password }),
    await ada.post('/account/password', { current: password, password: 'eight loud lighthouses' }),
  ]) {
    assert.equal(status, 429)
    assert.match(headers.get('retry-after') ?? '', /^(60|59|58|57|56)$/)
  }
  assert.equal(tooMany.cookie(), '')
  assert.equal(cards((await ada.get('/devices')).body), 2)
  await signedIn(url, 'eve')
})

test('more right sign-ins than an address may have wait, whatever the name', async (t) => {
  const limits = { ...defaultLimits, rightAddress: { points: 2, duration: 60 } }
  const { url } = await start(t, { limits })
  await signedIn(url, 'ada')
  await signedIn(url, 'eve')
  await assert.rejects(signedIn(url, 'grace'), /429/)
})

const sidsIn = (body: string) => [...body.matchAll(/name="sid" value="([\w-]+)"/g)].map(([, sid = '']) => sid)

test('2,000 sessions are shown in pages whose order stays, this one first', async (t) => {
  let ahead = 0
  const { url, store } = await start(t, { now: () => Date.now() + ahead })
  const ada = await signedIn(url)
  const other = await signInAgain(url)
  await addSessionsLike(store, sidOf(other), 1998)
  const first = (await ada.get('/devices')).body
  assert.equal(cards(first), perPage)
  assert.match(first, /Page 1 of 100, 2,000 sessions/)
  assert.match(first, /“End all others” ends those on the other pages as well/)
  assert.equal(sidsIn(first)[0], sidOf(ada))
  assert.ok(first.length < 40_000, `${first.length}`)
  assert.match(first, /href="\/devices\?page=2">Next<.*href="\/devices\?page=100">Last</)

  const second = sidsIn((await ada.get('/devices?page=2')).body)
  ahead = 5 * 60_000
  await other.get('/account')
  assert.deepEqual(sidsIn((await ada.get('/devices?page=2')).body), second, 'use changes no order')
  assert.equal(new Set([...sidsIn(first), ...second]).size, 2 * perPage)
  const last = (await ada.get('/devices?page=4000')).body
  assert.match(last, /Page 100 of 100/)
  assert.doesNotMatch(last, />Next</)
  for (const odd of ['0', '-1', 'x', '1e3', '99999999999']) {
    assert.deepEqual(sidsIn((await ada.get(`/devices?page=${odd}`)).body), sidsIn(first), odd)
  }

  const [gone = ''] = second
  const { location } = await ada.post('/devices/end', { sid: gone, page: '2' })
  assert.equal(location, '/devices?page=2&notice=ended')
  const now = (await ada.get(location)).body
  assert.deepEqual(sidsIn(now).slice(0, -1), second.slice(1))
  assert.match(now, /1,999 sessions/)

  await ada.post('/devices/end-others')
  assert.equal(cards((await ada.get('/devices')).body), 1)
  assert.equal(await isSignedIn(other), false)
})

test('with no more sessions than a page has there are no pages', async (t) => {
  const { url, store } = await start(t)
  const ada = await signedIn(url)
  await addSessionsLike(store, sidOf(ada), 19)
  const { body } = await ada.get('/devices')
  assert.equal(cards(body), 20)
  assert.doesNotMatch(body, /class="paging"|other pages/)
})

test('an administrator is shown them in pages too, ends one and comes back to its page', async (t) => {
  const admins = new Set<string>()
  const { url, store } = await start(t, { admins })
  const root = await signedIn(url, 'root')
  admins.add('root')
  const ada = await signedIn(url)
  await addSessionsLike(store, sidOf(ada), 1500)
  await root.post('/admin/enter')
  const list = (await root.get('/admin')).body
  assert.match(list, /1,501 sessions/)
  const path = /href="(\/admin\/users\/[\w-]+)">ada</.exec(list)?.[1] ?? ''
  const { body } = await root.get(`${path}?page=76`)
  assert.equal(cards(body), 1)
  assert.match(body, /Page 76 of 76, 1,501 sessions/)
  assert.match(body, /“End all sessions” ends those on the other pages as well/)
  const { location } = await root.post(`${path}/end`, { sid: sidsIn(body)[0] ?? '', page: '76' })
  assert.equal(location, `${path}?page=76&notice=ended`)
  assert.match((await root.get(location)).body, /Page 75 of 75/)
  await root.post(`${path}/end-all`)
  assert.match((await root.get(path)).body, /Signed in nowhere/)
})
