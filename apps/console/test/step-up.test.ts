import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { defaultLimits } from '../src/security/throttles.ts'
import { createClient, password, sidOf, signedIn, signInAgain } from './support/client.ts'
import { clock, minute } from './support/clock.ts'
import { startConsole } from './support/start.ts'

async function start(t: TestContext, options = {}) {
  const { now, forward } = clock()
  const started = await startConsole({ now, ...options })
  t.after(() => started.close())
  const client = await signedIn(started.url)
  return { ...started, client, forward }
}

test('ending other sessions asks for the password when it was given more than 10 minutes ago', async (t) => {
  const { url, client, forward } = await start(t)
  const others = [await signInAgain(url), await signInAgain(url)] as const
  forward(11 * minute)
  for (const [path, form] of [
    ['/devices/end', { sid: sidOf(others[0]) }],
    ['/devices/end-others', {}],
  ] as const) {
    assert.equal((await client.post(path, form)).location, '/confirm?next=%2Fdevices')
  }
  for (const each of others) assert.equal((await each.get('/account')).status, 200, 'nothing was done')
  assert.match((await client.get('/devices')).body, /asked for your password first/)

  const page = await client.get('/confirm?next=%2Fdevices')
  assert.match(page.body, /name="next" value="\/devices"/)
  const wrong = await client.post('/confirm', { password: 'not the password', next: '/devices' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.body, /name="next" value="\/devices"/)
  assert.doesNotMatch(wrong.body, /not the password/)
  assert.equal((await client.post('/devices/end-others')).location, '/confirm?next=%2Fdevices')

  const before = client.cookie()
  const right = await client.post('/confirm', { password, next: '/devices' })
  assert.equal(right.location, '/devices?notice=confirmed')
  assert.notEqual(client.cookie(), before, 'a new token')
  const replayed = await fetch(`${url}/account`, { headers: { cookie: before }, redirect: 'manual' })
  assert.equal(replayed.status, 303)

  const { body } = await client.get('/devices?notice=confirmed')
  assert.match(body, /choose again/)
  assert.doesNotMatch(body, /asked for your password first/)
  for (const each of others) assert.equal((await each.get('/account')).status, 200, 'nothing is replayed')
  assert.equal((await client.post('/devices/end-others')).location, '/devices?notice=others-ended')
  for (const each of others) assert.equal((await each.get('/account')).status, 303)
})

test('signing out needs no password, wherever the button is', async (t) => {
  const { url, client, forward } = await start(t)
  const other = await signInAgain(url)
  forward(11 * minute)
  assert.equal(
    (await client.post('/devices/end', { sid: sidOf(client) })).location,
    '/sign-in?notice=signed-out',
  )
  assert.equal((await other.post('/sign-out')).location, '/sign-in?notice=signed-out')
})

test('deleting the account asks for the password, for the page and for the deed', async (t) => {
  const { client, forward } = await start(t)
  assert.equal((await client.get('/account/delete')).status, 200)
  forward(11 * minute)
  const wanted = '/confirm?next=%2Faccount%2Fdelete'
  assert.equal((await client.get('/account/delete')).location, wanted)
  assert.equal((await client.post('/account/delete', { sure: 'yes' })).location, wanted)
  await client.post('/confirm', { password, next: '/account/delete' })
  assert.match((await client.get('/account/delete?notice=confirmed')).body, /Delete my account/)
})

test('from there one goes on within the console only', async (t) => {
  const { client } = await start(t)
  const hostile = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/%2fevil.example',
    '/x?y',
    '',
  ]
  for (const next of hostile) {
    assert.match(
      (await client.get(`/confirm?next=${encodeURIComponent(next)}`)).body,
      /name="next" value="\/"/,
    )
    assert.equal((await client.post('/confirm', { password, next })).location, '/?notice=confirmed', next)
  }
})

test('visitors confirm nothing, and guesses count as attempts to sign in', async (t) => {
  const limits = { ...defaultLimits, signInPair: { points: 3, duration: 60 } }
  const { url, client } = await start(t, { limits })
  assert.equal((await createClient(url).get('/confirm')).location, '/sign-in?next=%2Fconfirm')
  assert.equal((await createClient(url).post('/confirm', { password })).location, '/sign-in')
  for (let each = 0; each < 3; each++) {
    assert.equal((await client.post('/confirm', { password: `guess ${each}` })).status, 422)
  }
  assert.equal((await client.post('/confirm', { password })).status, 429)
  assert.equal((await createClient(url).post('/sign-in', { username: 'ada', password })).status, 429)
})
