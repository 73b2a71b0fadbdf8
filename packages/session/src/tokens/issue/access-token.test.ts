import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { z } from 'zod'
import { createSessions } from '../../create-sessions.ts'
import type { SessionStore } from '../../store.ts'
import { cached } from '../../stores/cached/cached.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../../testing/index.ts'
import { newKeys } from '../keys/rotation.ts'
import { tokens } from './tokens.ts'

const issuer = 'https://id.example.com'
const keys = await newKeys({ algorithms: ['EdDSA', 'ES256'] })
const asked = { audience: 'https://api.example.com', clientId: 'mobile' } as const

/** Alice, signed in on a store. */
async function signedIn({
  store = memoryStore(),
  issuing = tokens({ issuer, keys }),
}: {
  store?: SessionStore
  issuing?: ReturnType<typeof tokens>
} = {}) {
  const clock = fakeClock(Date.UTC(2026, 10, 29) + 789)
  const sessions = createSessions({ store, tokens: issuing, now: clock.now, sweepInterval: false })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice', { methods: ['pwd', 'otp'] })
  visit.respond()
  return { clock, sessions, browser, session: visit.session }
}

function payloadText(token: string): string {
  return Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
}

test('a token says who it is for and from whom, and ends after five minutes', async () => {
  const { session, clock } = await signedIn()
  clock.advance('2s')
  const { token, id, expiresAt } = await session.accessToken({ ...asked, scope: ['read', 'write'] })
  const now = Math.floor(clock.now() / 1000)
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'EdDSA', typ: 'at+jwt', kid: keys.keys[0]?.kid })
  assert.deepEqual(decodeJwt(token), {
    iss: issuer,
    aud: asked.audience,
    sub: 'alice',
    client_id: 'mobile',
    sid: session.sid,
    jti: id,
    iat: now,
    exp: now + 300,
    auth_time: now - 2,
    amr: ['pwd', 'otp'],
    scope: 'read write',
  })
  assert.equal(expiresAt, (now + 300) * 1000)
  for (const name of ['iat', 'exp', 'auth_time'])
    assert.match(payloadText(token), new RegExp(`"${name}":\\d{10}[,}]`), 'whole seconds, as text')
})

test('its id is a UUID of version 7 with the time of its issue', async () => {
  const { session, clock } = await signedIn()
  const ids = new Set<string>()
  for (let count = 0; count < 300; count++) {
    const { id } = await session.accessToken(asked)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), clock.now())
    ids.add(id)
  }
  assert.equal(ids.size, 300)
})

test('jose verifies it with the published keys', async () => {
  const issuing = tokens({ issuer, keys, audiences: { apache: { typ: 'JWT', alg: 'ES256' }, api: {} } })
  const sessions = createSessions({ store: memoryStore(), tokens: issuing, sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  await session.login('alice')
  const jwks = createLocalJWKSet((await issuing.publicJwks()) as Parameters<typeof createLocalJWKSet>[0])
  for (const [audience, typ, alg] of [
    ['api', 'at+jwt', 'EdDSA'],
    ['apache', 'JWT', 'ES256'],
  ] as const) {
    const { token } = await session.accessToken({ audience, clientId: 'web' })
    const { protectedHeader } = await jwtVerify(token, jwks, { issuer, audience, typ, algorithms: [alg] })
    assert.equal(protectedHeader.alg, alg)
  }
  const other = { audience: 'other' as 'api', clientId: 'web' }
  await assert.rejects(session.accessToken(other), { code: 'config_invalid', message: /It has apache, api/ })
})

test('a visitor is given none, nor is a session that has ended, wherever it was ended', async () => {
  const origin = memoryStore()
  // One that announces nothing, so that the cache finds out late.
  const { subscribe: _, ...quiet } = origin
  const near = cached(quiet, { maxStale: '1h', now: () => Date.UTC(2026, 10, 29) })
  const { sessions, browser, session } = await signedIn({ store: near })
  const elsewhere = createSessions({ store: origin, sweepInterval: false })
  const visitor = await testBrowser().visit(sessions)
  await assert.rejects(visitor.session.accessToken(asked), { code: 'session_ended', status: 401 })
  const second = (await browser.visit(sessions)).session
  await elsewhere.revoke(session.sid ?? '')
  assert.equal((await browser.visit(sessions)).session.userId, 'alice', 'the cache does not know yet')
  for (const each of [session, second, (await browser.visit(sessions)).session])
    await assert.rejects(each.accessToken(asked), { code: 'session_ended' })
})

test('a request that was overtaken by a step-up is given none', async () => {
  const { sessions, browser, session } = await signedIn()
  const late = (await browser.visit(sessions)).session
  await session.elevate('admin', { for: '5m' })
  await assert.rejects(late.accessToken(asked), { code: 'session_superseded' })
  assert.ok(await session.accessToken(asked))
})

test('no token outlives its session by either timeout', async () => {
  const { clock, session } = await signedIn()
  clock.advance('27m')
  const { token, expiresAt } = await session.accessToken(asked)
  const end = fakeClock(Date.UTC(2026, 10, 29) + 789).now() + 30 * 60_000
  assert.equal(expiresAt, Math.floor(end / 1000) * 1000)
  assert.equal((decodeJwt(token).exp ?? 0) * 1000, expiresAt)
  clock.advance('2m')
  clock.advance('59s')
  clock.advance(600)
  await assert.rejects(session.accessToken(asked), { code: 'session_ended' }, 'less than a second is left')
})

test('a token is no younger than the answer that its session lives', async () => {
  const origin = memoryStore()
  const clock = fakeClock()
  const slow: SessionStore = {
    ...origin,
    read(sid, options) {
      const record = origin.read(sid, options)
      if (options?.fresh) clock.advance('3s')
      return record
    },
  }
  const sessions = createSessions({
    store: slow,
    tokens: tokens({ issuer, keys }),
    now: clock.now,
    sweepInterval: false,
  })
  const { session } = await testBrowser().visit(sessions)
  await session.login('alice')
  const before = clock.now()
  const { id } = await session.accessToken(asked)
  assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), before)
})

test('own claims are typed and checked; what is absent is left out', async () => {
  const claims = z.object({ role: z.enum(['clerk', 'admin']), tenant: z.string().nullish() })
  const sessions = createSessions({
    store: memoryStore(),
    tokens: tokens({ issuer, keys, claims }),
    sweepInterval: false,
  })
  const { session } = await testBrowser().visit(sessions)
  await session.login('alice')
  const { token } = await session.accessToken({ ...asked, claims: { role: 'clerk', tenant: null } })
  assert.equal(decodeJwt(token).role, 'clerk')
  assert.ok(!payloadText(token).includes('tenant') && !payloadText(token).includes('null'))
  const wrong = { role: 'secret-value' as 'clerk' }
  await assert.rejects(
    session.accessToken({ ...asked, claims: wrong }),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, 'value_invalid')
      assert.match(error.message, /claims\.role/)
      assert.ok(!error.message.includes('secret-value'))
      return true
    },
  )
  // @ts-expect-error the schema asks for a role
  await assert.rejects(session.accessToken(asked), { code: 'value_invalid' })
})

test('claims that some verifier could not read, or would take for others, are refused', async () => {
  const { session } = await signedIn()
  const refused: Record<string, unknown>[] = [
    { name: 'half \ud83d' },
    { name: 'a\0b' },
    { 'half \ud83d': 1 },
    { id: 2 ** 53 },
    { share: Number.NaN },
    { list: [null] },
    { at: new Date() },
    { big: 1n },
    { made: () => 1 },
    { toJSON: 'text' },
    { deep: { deep: { deep: { deep: { deep: { deep: { deep: { deep: { deep: { deep: {} } } } } } } } } } },
    ...['iss', 'sub', 'exp', 'nbf', 'sid', 'scope', 'cnf', 'client_id'].map((name) => ({ [name]: 'x' })),
    JSON.parse('{"__proto__": "x"}'),
  ]
  for (const claims of refused)
    await assert.rejects(session.accessToken({ ...asked, claims }), { code: /^value_(invalid|not_json)$/ })
  const fine = {
    name: 'Ünïcode 🔑',
    list: [1, 0.5, true, 'x'],
    gone: undefined,
    nested: { gone: null, kept: 1 },
  }
  const { token } = await session.accessToken({ ...asked, claims: fine })
  const { name, list, nested } = decodeJwt(token)
  assert.deepEqual({ name, list, nested }, { name: fine.name, list: fine.list, nested: { kept: 1 } })
  for (const odd of [{ audience: '' }, { clientId: 'a\0' }, { scope: ['two words'] }, { scope: ['"'] }])
    await assert.rejects(session.accessToken({ ...asked, ...odd }), { code: /^value_(invalid|not_json)$/ })
  await assert.rejects(session.accessToken({ ...asked, scopes: [] } as typeof asked), {
    code: 'config_invalid',
  })
})

test('a scope is a list of words', async () => {
  const { session } = await signedIn()
  for (const scope of ['read write', ['read write'], [''], [7]] as unknown as readonly string[][])
    await assert.rejects(session.accessToken({ ...asked, scope }), {
      code: 'value_invalid',
      message: /scope/,
    })
})

test('no token is larger than servers take', async () => {
  const { session } = await signedIn()
  const fits = await session.accessToken({ ...asked, claims: { text: 'x'.repeat(4800) } })
  assert.ok(fits.token.length <= 7168)
  const large = session.accessToken({ ...asked, claims: { text: 'x'.repeat(5200) } })
  await assert.rejects(large, { code: 'token_too_large', status: 500 })
})

test('sessions issue tokens only where tokens is set', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  // @ts-expect-error there is no such method
  assert.equal(session.accessToken, undefined)
})

test('a configuration that cannot work says what to write', async () => {
  const symmetric = await newKeys({ algorithms: ['HS256'] })
  const short = await newKeys({ lifetime: '1m' })
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{}, /issuer: 'https/],
    [{ issuer: 'two words', keys }, /issuer: 'https/],
    [{ issuer }, /keysFromFile/],
    [{ issuer, keys: { keys: [] } }, /no key in it.*latchkey-keys new/],
    [{ issuer, keys, lifetime: '1h' }, /--lifetime 3600s/],
    [{ issuer, keys: short, lifetime: '5m' }, /retired after 60 s/],
    [{ issuer, keys, lifetime: 500 }, /less than a second/],
    [{ issuer, keys, audiences: { a: { typ: 'jwt' } } }, /'at\+jwt' or 'JWT'/],
    [{ issuer, keys, audiences: { a: { alg: 'none' } } }, /one of EdDSA/],
    [{ issuer, keys: symmetric, audiences: { a: { alg: 'RS256' } } }, /--alg RS256/],
    [{ issuer, keys, claims: {} }, /Standard Schema/],
    [{ issuer, keys, expiresIn: 5 }, /no option expiresIn/],
  ]
  for (const [options, message] of wrong)
    assert.throws(() => tokens(options as Parameters<typeof tokens>[0]), { code: 'config_invalid', message })
  const unmade = { store: memoryStore(), tokens: { issuer, keys } as unknown as ReturnType<typeof tokens> }
  assert.throws(() => createSessions(unmade), { code: 'config_invalid', message: /made by tokens/ })
})

test('a token that is issued is told of by its name, and the token is not', async () => {
  const { session, sessions, clock } = await signedIn()
  const heard: object[] = []
  sessions.on('authn_token_created', (event) => heard.push(event))
  const dpop = 'A'.repeat(43)
  const one = await session.accessToken({ ...asked, scope: ['read'], claims: { note: 'private' } })
  const two = await session.accessToken({ ...asked, dpop })
  const base = { sid: session.sid, userId: 'alice', at: clock.now(), ...asked }
  assert.deepEqual(heard, [
    { ...base, id: one.id, scope: ['read'], expiresAt: one.expiresAt, isBound: false },
    { ...base, id: two.id, scope: [], expiresAt: two.expiresAt, isBound: true },
  ])
  await assert.rejects(session.accessToken({ ...asked, dpop: 'x' }), { code: 'value_invalid' })
  assert.equal(heard.length, 2, 'what was not issued is not told')
  const told = JSON.stringify(heard)
  for (const secret of [...one.token.split('.'), ...two.token.split('.'), 'private', dpop])
    assert.ok(!told.includes(secret))
})
