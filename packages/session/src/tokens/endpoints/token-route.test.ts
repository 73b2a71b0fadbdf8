import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { memoryStore } from '../../stores/memory/memory.ts'
import { brokenStore } from '../../testing/wrapped-store.ts'
import { prover } from '../dpop/prover.test-helper.ts'
import { createTokenGuard } from '../verify/guard.ts'
import type { FetchRoute } from './endpoint.ts'
import {
  api,
  apiSecret,
  basic,
  clients,
  type Form,
  grant,
  issuer,
  keys,
  mobileSecret,
  post,
  secretOf,
  started,
  url,
  webSecret,
} from './endpoints.test-helper.ts'
import { tokenRoute } from './token-route.ts'

test('a refresh gives tokens that a guard lets in, and no cache keeps the answer', async () => {
  const { clock, token, route, session } = await started()
  const { status, headers, json } = await post(route, grant(token))
  assert.equal(status, 200)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.match(headers.get('content-type') ?? '', /^application\/json/)
  const { access_token: accessToken, refresh_token: next, ...rest } = json
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 300, scope: 'read write' })
  assert.notEqual(next, token)
  const guard = createTokenGuard({ issuer, audience: api, keys, revocations: 'offline', now: clock.now })
  const verified = await guard.verify(String(accessToken))
  assert.deepEqual([verified.userId, verified.sid, verified.clientId], ['alice', session.sid, 'mobile'])
})

test('each refresh tells of the access token that it gave, by its name', async () => {
  const { clock, token, route, session, sessions } = await started()
  const heard: object[] = []
  sessions.on('authn_token_created', (event) => heard.push(event))
  const { json } = await post(route, { ...grant(token), scope: 'read' })
  const accessToken = String(json.access_token)
  const guard = createTokenGuard({ issuer, audience: api, keys, revocations: 'offline', now: clock.now })
  const { id, expiresAt } = await guard.verify(accessToken)
  const who = { sid: session.sid, userId: 'alice', at: clock.now(), audience: api, clientId: 'mobile' }
  assert.deepEqual(heard, [{ ...who, id, expiresAt, scope: ['read'], isBound: false }])
  for (const secret of [token, String(json.refresh_token), ...accessToken.split('.')])
    assert.ok(!JSON.stringify(heard).includes(secret))
  assert.equal((await post(route, grant('A'.repeat(64)))).status, 400)
  assert.equal(heard.length, 1)
})

const odd: Readonly<Record<string, readonly [Form | string, string, number?]>> = {
  'no body': ['', 'invalid_request'],
  'no grant type': [{ refresh_token: 'x' }, 'invalid_request'],
  'an empty grant type': [{ grant_type: '' }, 'invalid_request'],
  'another grant': [{ grant_type: 'password', username: 'alice' }, 'unsupported_grant_type'],
  'no client': [{ grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_request'],
  'no token': [{ grant_type: 'refresh_token', client_id: 'mobile' }, 'invalid_request'],
  'a token of nobody': [grant('A'.repeat(64)), 'invalid_grant'],
  'what is no token': [grant('x'), 'invalid_grant'],
  'a parameter twice': ['grant_type=refresh_token&grant_type=refresh_token', 'invalid_request'],
  'bytes that are no text': ['grant_type=%ff&x=\ud800', 'unsupported_grant_type'],
  'a long body': [`grant_type=${'x'.repeat(17_000)}`, 'invalid_request', 413],
}
for (const [what, [form, error, status = 400]] of Object.entries(odd)) {
  test(`token endpoint: ${what}`, async () => {
    const { route, user } = await started()
    const answer = await post(route, form)
    assert.deepEqual([answer.status, answer.json.error], [status, error])
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(await user(), 'alice')
  })
}

test('POST alone, of a form alone, and nothing out of the address', async () => {
  const { token, route, revocation, introspection } = await started()
  for (const each of [route, revocation, introspection]) {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await each(new Request(url, { method }))
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'], method)
    }
  }
  const query = `${url}?${new URLSearchParams(grant(token))}`
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await route(new Request(query, { method: 'POST', headers: type }))).status, 400)
  const json = new Request(url, {
    method: 'POST',
    body: JSON.stringify(grant(token)),
    headers: { 'content-type': 'application/json' },
  })
  assert.equal((await route(json)).status, 400)
})

test('a client with a secret must bring it, in the header or in the form, and one time only', async () => {
  const { token, route } = await started({ clientId: 'web', options: { clients } })
  const { client_id: _, ...bare } = grant(token)
  const web = { ...bare, client_id: 'web' }
  const refused: readonly (readonly [Form, Form])[] = [
    [web, {}],
    [{ ...web, client_secret: apiSecret }, {}],
    [bare, basic('web', apiSecret)],
    [bare, basic('mobile', mobileSecret)],
    [bare, basic('__proto__', mobileSecret)],
    [web, { authorization: 'Basic !' }],
    [web, { authorization: `Bearer ${mobileSecret}` }],
    [{ ...grant(token), client_secret: mobileSecret }, {}],
  ]
  for (const [form, headers] of refused) {
    const answer = await post(route, form, headers)
    assert.deepEqual([answer.status, answer.json.error], [401, 'invalid_client'])
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic /)
  }
  const twice = await post(route, { ...web, client_secret: webSecret }, basic('web', webSecret))
  assert.deepEqual([twice.status, twice.json.error], [400, 'invalid_request'])
  assert.equal((await post(route, { ...web, client_secret: mobileSecret })).status, 200)
  assert.equal((await post(route, bare, basic('web', webSecret))).status, 200)
})

test('an access token that comes along is no secret of the client, and in nobody’s way', async () => {
  const { token, route } = await started()
  const sent = { authorization: 'Bearer a.b.c' }
  assert.equal((await post(route, grant(token), sent)).status, 200)
  assert.equal((await post(route, grant(token), { authorization: 'Basic' })).status, 401)
})

test('own claims come from the application', async () => {
  const claims = z.strictObject({ role: z.string() })
  const roles = (of: { userId: string }) => ({ role: `${of.userId}-reader` })
  const { clock, token, route } = await started({ issuing: { claims }, options: { claims: roles } })
  const { json } = await post(route, grant(token))
  const guard = createTokenGuard({
    issuer,
    audience: api,
    keys,
    claims,
    revocations: 'offline',
    now: clock.now,
  })
  assert.equal((await guard.verify(String(json.access_token))).claims.role, 'alice-reader')
})

test('where something fails, the refresh token that the client has stays good', async () => {
  let isBroken = true
  const claims = () => {
    if (isBroken) throw new Error('the database of roles is down')
    return {}
  }
  const store = brokenStore(memoryStore())
  const { clock, token, route, user, warnings } = await started({ store, options: { claims } })
  const failed = await post(route, grant(token))
  assert.deepEqual([failed.status, failed.json.error], [500, 'server_error'])
  assert.match(warnings.join(), /the database of roles is down/)
  store.fail(true)
  const down = await post(route, grant(token))
  assert.deepEqual([down.status, down.json.error], [503, 'temporarily_unavailable'])
  assert.ok(down.headers.get('retry-after'))
  store.fail(false)
  isBroken = false
  clock.advance('10m')
  assert.equal((await post(route, grant(token))).status, 200)
  assert.equal(await user(), 'alice')
  assert.ok(!warnings.join().includes(token))
})

test('a proof binds the access token, also where the refresh token is bound to nothing', async () => {
  const { clock, token, route } = await started()
  const client = await prover()
  const { json } = await post(route, grant(token), { dpop: await client.prove({ url, at: clock.now() }) })
  assert.equal(json.token_type, 'DPoP')
  const [, claims = ''] = String(json.access_token).split('.')
  const { cnf } = JSON.parse(Buffer.from(claims, 'base64url').toString())
  assert.deepEqual(cnf, { jkt: client.thumbprint })
})

test('proofs name the public address, and the nonce that the last answer gave', async () => {
  const client = await prover()
  const options = { url: 'https://public.example.com/token', dpop: { nonce: { secret: secretOf() } } }
  const { clock, token, route } = await started({ options, dpop: client.thumbprint })
  const prove = (to: string, claims = {}) => client.prove({ url: to, at: clock.now() }, claims)
  const wrong = await post(route, grant(token), { dpop: await prove(url) })
  assert.equal(wrong.json.error, 'invalid_dpop_proof')
  const first = await post(route, grant(token), { dpop: await prove(options.url) })
  assert.deepEqual([first.status, first.json.error], [400, 'use_dpop_nonce'])
  const nonce = first.headers.get('dpop-nonce')
  const second = await post(route, grant(token), { dpop: await prove(options.url, { nonce }) })
  assert.equal(second.status, 200)
  assert.ok(second.headers.get('dpop-nonce'))
})

test('pages of other origins may call where they are listed, to the letter', async () => {
  const app = 'https://app.example.com'
  const { token, route, sessions } = await started({ options: { cors: { origins: [app] } } })
  const preflight = (each: FetchRoute, origin: string) =>
    each(
      new Request(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } }),
    )
  const asked = await preflight(route, app)
  assert.equal(asked.status, 204)
  assert.equal(asked.headers.get('access-control-allow-origin'), app)
  assert.equal(asked.headers.get('access-control-allow-credentials'), null)
  assert.equal(asked.headers.get('vary'), 'Origin')
  const answer = await post(route, grant(token), { origin: app })
  assert.equal(answer.headers.get('access-control-allow-origin'), app)
  assert.match(answer.headers.get('access-control-expose-headers') ?? '', /dpop-nonce/)
  for (const origin of [`${app}.evil.example`, 'null', 'http://app.example.com', `${app}:8443`]) {
    assert.equal((await preflight(route, origin)).headers.get('access-control-allow-origin'), null)
    const refused = await post(route, 'x', { origin })
    assert.equal(refused.headers.get('access-control-allow-origin'), null)
  }
  const off = await preflight(tokenRoute(sessions), app)
  assert.equal(off.headers.get('access-control-allow-origin'), null)
})
