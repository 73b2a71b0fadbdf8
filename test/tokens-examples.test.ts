import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { demoPassword } from '../examples/shared/accounts.ts'
import { MobileClient } from '../examples/tokens/mobile-client.ts'
import { until } from '../servers/until.ts'
import { startServer } from './start-server.ts'

/** An issuer of the examples, and a service beside it in a process of its own. */
async function start(t: TestContext, issuer: string, service: string): Promise<readonly [string, string]> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-tokens-'))
  const SESSIONS_FILE = join(folder, 'sessions.sqlite')
  t.after(() => rm(folder, { recursive: true }))
  const issuing = await startServer(`examples/tokens/${issuer}.ts`, { SESSIONS_FILE })
  t.after(() => issuing.stop())
  const env = { SESSIONS_FILE, ISSUER_URL: issuing.url }
  const serving = await startServer(`examples/tokens/${service}.ts`, env)
  t.after(() => serving.stop())
  return [issuing.url, serving.url]
}

const post = (url: string, headers: Record<string, string>, form: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', headers, body: new URLSearchParams(form), redirect: 'manual' })

async function signIn(issuer: string): Promise<string> {
  const answer = await post(`${issuer}/login`, {}, { username: 'alice', password: demoPassword })
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

async function accessToken(issuer: string, cookie: string): Promise<string> {
  const answer = await post(`${issuer}/access-token`, { cookie })
  assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store'])
  return String(((await answer.json()) as { access_token: string }).access_token)
}

const orders = (service: string, token: string) =>
  fetch(`${service}/orders`, { headers: { authorization: `Bearer ${token}` } })

async function assertCloses(issuer: string, service: string): Promise<void> {
  assert.equal((await post(`${issuer}/login`, {}, { username: 'alice', password: 'wrong' })).status, 401)
  assert.equal((await post(`${issuer}/access-token`, {})).status, 401)
  const cookie = await signIn(issuer)
  const foreign = await post(`${issuer}/access-token`, { cookie, origin: 'https://elsewhere.example' })
  assert.equal(foreign.status, 403)
  const [header, claims, signature] = (await accessToken(issuer, cookie)).split('.')
  const forged = Buffer.from(String(claims), 'base64url').toString().replace('user-1', 'user-2')
  const refused = await orders(service, `${header}.${Buffer.from(forged).toString('base64url')}.${signature}`)
  assert.equal(refused.status, 401)
  const bare = await fetch(`${service}/orders`)
  assert.deepEqual([bare.status, bare.headers.get('access-control-allow-origin')], [401, null])
  assert.match(bare.headers.get('www-authenticate') ?? '', /^Bearer realm=/)
}

test('the service that verifies offline asks nobody, and lets a token in until it expires', async (t) => {
  const [issuer, service] = await start(t, 'issuer', 'offline')
  await assertCloses(issuer, service)
  const cookie = await signIn(issuer)
  const token = await accessToken(issuer, cookie)
  assert.equal(((await (await orders(service, token)).json()) as { user: string }).user, 'user-1')
  await post(`${issuer}/logout`, { cookie })
  assert.equal((await post(`${issuer}/access-token`, { cookie })).status, 401)
  assert.equal((await orders(service, token)).status, 200)
})

test('the service that follows the feed refuses the tokens of a session that ended, and no others', async (t) => {
  const [issuer, service] = await start(t, 'issuer', 'feed')
  await assertCloses(issuer, service)
  const [cookie, other] = [await signIn(issuer), await signIn(issuer)]
  const [token, others] = [await accessToken(issuer, cookie), await accessToken(issuer, other)]
  assert.equal((await orders(service, token)).status, 200)
  await post(`${issuer}/logout`, { cookie })
  await until('the logout is obeyed', async () => (await orders(service, token)).status === 401)
  assert.equal((await orders(service, others)).status, 200)
})

test('a mobile app signs in without a cookie, refreshes, and signs out everywhere', async (t) => {
  const [server, service] = await start(t, 'mobile', 'feed')
  const client = new MobileClient(server)
  assert.equal((await client.get('/orders')).status, 401)
  assert.equal(await client.signIn('alice', 'wrong'), false)
  assert.equal(await client.signIn('alice', demoPassword), true)
  assert.equal((await client.get('/orders')).status, 200)
  assert.deepEqual(await Promise.all([client.refresh(), client.refresh()]), [true, true])
  assert.equal(await client.refresh(), true)
  assert.equal((await client.get('/orders')).status, 200)

  const body = JSON.stringify({ username: 'alice', password: demoPassword })
  const headers = { 'content-type': 'application/json' }
  const given = await fetch(`${server}/sign-in`, { method: 'POST', headers, body })
  assert.deepEqual([given.headers.getSetCookie(), given.headers.get('cache-control')], [[], 'no-store'])
  const { access_token, refresh_token } = (await given.json()) as Record<string, string>
  assert.equal((await orders(service, access_token ?? '')).status, 200)
  const odd = await fetch(`${server}/sign-in`, { method: 'POST', headers, body: '{' })
  assert.equal(odd.status, 401)
  const away = { ...headers, origin: 'https://elsewhere.example' }
  assert.equal((await fetch(`${server}/sign-in`, { method: 'POST', headers: away, body })).status, 403)

  await client.signOut()
  assert.equal((await client.get('/orders')).status, 401)
  assert.equal(await client.refresh(), false)
  assert.equal((await orders(server, access_token ?? '')).status, 200, 'another sign-in goes on')
  await post(`${server}/revoke`, {}, { client_id: 'mobile', token: refresh_token ?? '' })
  assert.equal((await orders(server, access_token ?? '')).status, 401)
  await until('obeyed elsewhere', async () => (await orders(service, access_token ?? '')).status === 401)
})
