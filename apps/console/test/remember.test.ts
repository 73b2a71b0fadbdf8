import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { createClient, password, signUp } from './support/client.ts'
import { clock, day, minute } from './support/clock.ts'
import { startConsole } from './support/start.ts'

async function start(t: TestContext) {
  const { now, forward } = clock()
  const started = await startConsole({ now })
  t.after(() => started.close())
  await signUp(started.url, 'ada')
  return { ...started, forward }
}

async function signIn(url: string, more: Readonly<Record<string, string>> = {}) {
  const client = createClient(url)
  const { status, headers } = await client.post('/sign-in', { username: 'ada', password, ...more })
  assert.equal(status, 303)
  const cookie = headers.getSetCookie().find((line) => line.startsWith('__Host-latchkey-console=')) ?? ''
  return { client, cookie }
}

const isSignedIn = async (client: ReturnType<typeof createClient>) =>
  (await client.get('/account')).status === 200

test('who asks to stay signed in gets a cookie that outlives the browser, and who does not, does not', async (t) => {
  const { url } = await start(t)
  const asked = await signIn(url, { remember: 'yes' })
  const age = Number(/; Max-Age=(\d+)/i.exec(asked.cookie)?.[1])
  assert.ok(age > 29 * 86_400 && age <= 30 * 86_400, `${age}`)
  assert.match(asked.cookie, /; Secure; HttpOnly; SameSite=Strict/)
  for (const more of [{}, { remember: 'no' }]) {
    assert.doesNotMatch((await signIn(url, more)).cookie, /Max-Age|Expires/i)
  }
  const { body } = await asked.client.get('/devices')
  assert.equal([...body.matchAll(/Stays signed in/g)].length, 1)
})

test('it lasts 14 days without use and 30 days in all, under a token that changes; another 30 minutes', async (t) => {
  const { url, forward } = await start(t)
  const { client } = await signIn(url, { remember: 'yes' })
  const other = (await signIn(url)).client
  const first = client.cookie()
  forward(31 * minute)
  assert.deepEqual([await isSignedIn(client), await isSignedIn(other)], [true, false])
  forward(13 * day)
  assert.equal(await isSignedIn(client), true)
  assert.notEqual(client.cookie(), first)
  forward(13 * day)
  assert.equal(await isSignedIn(client), true)
  forward(4 * day)
  assert.equal(await isSignedIn(client), false, 'whatever the use, 30 days are the end')

  const idle = (await signIn(url, { remember: 'yes' })).client
  forward(14 * day)
  assert.equal(await isSignedIn(idle), false)
})

test('signing in again without it ends it', async (t) => {
  const { url } = await start(t)
  const { client } = await signIn(url, { remember: 'yes' })
  const { headers } = await client.post('/sign-in', { username: 'ada', password })
  assert.doesNotMatch(headers.getSetCookie().join(), /Max-Age/i)
  assert.doesNotMatch((await client.get('/devices')).body, /Stays signed in/)
})
