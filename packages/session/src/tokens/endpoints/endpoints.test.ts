import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { createSessions } from '../../create-sessions.ts'
import type { SessionStore } from '../../store.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { testBrowser } from '../../testing/browser.ts'
import { fakeClock } from '../../testing/clock.ts'
import { brokenStore } from '../../testing/wrapped-store.ts'
import { prover } from '../dpop/prover.test-helper.ts'
import { type Tokens, tokens } from '../issue/tokens.ts'
import { newKeys } from '../keys/rotation.ts'
import { createTokenGuard } from '../verify/guard.ts'
import type { FetchRoute } from './endpoint.ts'
import { type IntrospectionRouteOptions, introspectionRoute } from './introspection-route.ts'
import { revocationRoute } from './revocation-route.ts'
import { type TokenRouteOptions, tokenRoute } from './token-route.ts'

const issuer = 'https://id.example.com'
const url = `${issuer}/token`
const api = 'https://api.example.com'
const keys = await newKeys()
const secretOf = () => randomBytes(32).toString('base64url')
const [mobileSecret, webSecret, apiSecret, otherSecret] = [secretOf(), secretOf(), secretOf(), secretOf()]
const clients = { web: [mobileSecret, webSecret] }

interface Setting {
  readonly store?: SessionStore
  readonly options?: TokenRouteOptions
  readonly resourceServers?: IntrospectionRouteOptions['resourceServers']
  readonly issuing?: Partial<Parameters<typeof tokens>[0]>
  readonly clientId?: string
  readonly dpop?: string
}

/** Alice's session, with a refresh token, and the endpoints. */
async function started({
  store = memoryStore(),
  options = {},
  resourceServers = { [api]: apiSecret, other: otherSecret },
  issuing = {},
  clientId = 'mobile',
  dpop,
}: Setting = {}) {
  const clock = fakeClock()
  const warnings: string[] = []
  const made = tokens({ issuer, keys, refresh: { policy: 'refresh' }, now: clock.now, ...issuing })
  const sessions = createSessions({
    store,
    tokens: made as Tokens,
    policies: { default: {}, refresh: {} },
    now: clock.now,
    sweepInterval: false,
    warn: (message) => warnings.push(message),
  })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  const { token } = await visit.session.refreshToken({
    clientId,
    audience: api,
    scope: ['read', 'write'],
    ...(dpop && { dpop }),
  })
  const user = async () => (await browser.visit(sessions)).session.userId
  const route = tokenRoute(sessions, options)
  const revocation = revocationRoute(sessions, { clients })
  const introspection = introspectionRoute(sessions, { resourceServers })
  return { clock, warnings, sessions, session: visit.session, token, user, route, revocation, introspection }
}

type Form = Readonly<Record<string, string>>

async function post(route: FetchRoute, form: Form | string, headers: Form = {}) {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await route(new Request(url, { method: 'POST', body, headers: { ...type, ...headers } }))
  const text = await response.text()
  const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: response.status, headers: response.headers, json }
}

const grant = (token: string, more: Form = {}) => ({
  grant_type: 'refresh_token',
  client_id: 'mobile',
  refresh_token: token,
  ...more,
})

const basic = (name: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(name)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})

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

test('revocation: an access token ends its session, for its own client alone; what is none is no error', async () => {
  const { clock, revocation, route, session, token, user } = await started()
  const { token: access } = await session.accessToken({ audience: api, clientId: 'mobile' })
  const revoke = async (text: string, more: Form = {}) =>
    (await post(revocation, { token: text, client_id: 'mobile', ...more })).status
  for (const nothing of ['x', 'A'.repeat(64), 'a.b.c', `${access.slice(0, -2)}AA`])
    assert.equal(await revoke(nothing), 200, nothing)
  assert.equal(await revoke(access, { client_id: 'stranger' }), 400)
  assert.equal(await revoke(access, { client_id: 'web' }), 401)
  assert.equal(await user(), 'alice')
  assert.equal(await revoke(access, { token_type_hint: 'refresh_token' }), 200)
  assert.equal(await user(), null)
  assert.equal((await post(route, grant(token))).json.error, 'invalid_grant')
  clock.advance('6m')
  assert.equal(await revoke(access), 200)
})

test('revocation: an access token that has expired ends nothing', async () => {
  const { clock, revocation, session, user } = await started()
  const { token } = await session.accessToken({ audience: api, clientId: 'mobile' })
  clock.advance('5m')
  assert.equal((await post(revocation, { token, client_id: 'mobile' })).status, 200)
  assert.equal(await user(), 'alice')
})

test('introspection: a resource server is told of tokens for itself, and of no other', async () => {
  const { clock, introspection, session, token: refreshToken } = await started()
  const { token, id } = await session.accessToken({ audience: api, clientId: 'mobile', scope: ['read'] })
  const ask = (text: string, headers: Form) => post(introspection, { token: text }, headers)
  const own = { authorization: `Bearer ${apiSecret}` }
  for (const headers of [own, basic(api, apiSecret)]) {
    const { status, json } = await ask(token, headers)
    assert.equal(status, 200)
    assert.partialDeepStrictEqual(json, {
      ...{ active: true, token_type: 'Bearer', scope: 'read', client_id: 'mobile' },
      ...{ sub: 'alice', aud: api, iss: issuer, jti: id, exp: clock.now() / 1000 + 300 },
    })
  }
  const inactive = async (text: string, headers: Form) => {
    const { status, json } = await ask(text, headers)
    assert.deepEqual([status, json], [200, { active: false }])
  }
  await inactive(token, { authorization: `Bearer ${otherSecret}` })
  for (const text of ['x', refreshToken, `${token.slice(0, -2)}AA`]) await inactive(text, own)
  await session.logout()
  await inactive(token, own)
})

test('introspection: a token that has expired is not active', async () => {
  const { clock, introspection, session } = await started()
  const { token } = await session.accessToken({ audience: api, clientId: 'mobile' })
  clock.advance('5m')
  const { json } = await post(introspection, { token }, { authorization: `Bearer ${apiSecret}` })
  assert.deepEqual(json, { active: false })
})

test('introspection: who is no resource server is told nothing', async () => {
  const { introspection, session, sessions } = await started()
  const { token } = await session.accessToken({ audience: api, clientId: 'mobile' })
  const strangers: readonly Form[] = [
    {},
    { authorization: `Bearer ${mobileSecret}` },
    { authorization: `Bearer ${token}` },
    { authorization: 'Bearer' },
    basic(api, otherSecret),
    basic('nobody', apiSecret),
  ]
  for (const headers of strangers) {
    const { status, json } = await post(introspection, { token }, headers)
    assert.deepEqual([status, json.error], [401, 'invalid_client'])
  }
  const byHeader = introspectionRoute(sessions, {
    resourceServers: ({ header }) => header('x-verified-name'),
  })
  assert.equal((await post(byHeader, { token }, { 'x-verified-name': api })).json.active, true)
  assert.equal((await post(byHeader, { token })).status, 401)
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

test('what cannot work is said at the start', async () => {
  const { sessions } = await started()
  const code = { code: 'config_invalid' }
  const plain = createSessions({ store: memoryStore(), sweepInterval: false })
  const wrong: readonly (() => unknown)[] = [
    () => tokenRoute(plain),
    () => tokenRoute(sessions, { clients: { web: 'secret' } }),
    () => tokenRoute(sessions, { client: {} } as TokenRouteOptions),
    () => tokenRoute(sessions, { cors: { origins: ['*'] } }),
    () => tokenRoute(sessions, { cors: { origins: ['https://app.example.com/'] } }),
    () => introspectionRoute(sessions, { resourceServers: {} }),
    () => introspectionRoute(sessions, {} as IntrospectionRouteOptions),
    () => tokens({ issuer, keys, refresh: {} as { policy: string } }),
    () => tokens({ issuer, keys, refresh: { policy: 'refresh', perSession: 0 } }),
    () => createSessions({ store: memoryStore(), policies: { '@refresh': {} } }),
  ]
  for (const make of wrong) assert.throws(make, code)
  const unknown = tokens({ issuer, keys, refresh: { policy: 'nowhere' } })
  assert.throws(() => createSessions({ store: memoryStore(), tokens: unknown }), { code: 'policy_unknown' })
  const without = createSessions({
    store: memoryStore(),
    tokens: tokens({ issuer, keys }),
    sweepInterval: false,
  })
  const { session } = await testBrowser().visit(without)
  await session.login('alice')
  await assert.rejects(session.refreshToken({ clientId: 'mobile', audience: api }), code)
})

test('whatever bytes come to the endpoints, they answer 400 or 401, and nobody is signed out', async () => {
  const { route, revocation, introspection, user, warnings } = await started()
  const name = fc.oneof(
    fc.constantFrom('grant_type', 'refresh_token', 'client_id', 'client_secret', 'token', 'scope'),
    fc.string({ maxLength: 8 }),
  )
  const value = fc.oneof(
    fc.constantFrom('refresh_token', 'mobile', 'web', 'A'.repeat(64), '__proto__', 'a.b.c'),
    fc.string({ unit: 'binary', maxLength: 80 }),
  )
  const form = fc.array(fc.tuple(name, value), { maxLength: 6 }).map((all) => {
    const safe = all.map(([key, text]) => [key.toWellFormed(), text.toWellFormed()])
    return Buffer.from(new URLSearchParams(safe).toString())
  })
  const body = fc.oneof(
    form,
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  )
  const printable = fc.string({ unit: fc.constantFrom(...'Basic earDPo=.,:%+/09AZ\t'), maxLength: 60 })
  const headers = fc.record({ authorization: printable, dpop: printable }, { requiredKeys: [] })
  await fc.assert(
    fc.asyncProperty(body, headers, async (bytes, given) => {
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      for (const each of [route, revocation, introspection]) {
        const request = new Request(url, { method: 'POST', body: bytes, headers: { ...type, ...given } })
        const { status } = await each(request)
        const isNothing = each === revocation && status === 200
        assert.ok(status === 400 || status === 401 || isNothing, String(status))
      }
    }),
    { numRuns: 300 },
  )
  assert.equal(await user(), 'alice')
  assert.deepEqual(warnings, [])
})
