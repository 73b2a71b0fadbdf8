import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UnsecuredJWT } from 'jose'
import { memoryStore } from '../stores/memory/memory.ts'
import { backChannelLogoutRoute } from './back-channel.ts'
import { clientId, issuer, provider, seconds, signed, signedInSessions } from './provider.test-helper.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const url = 'https://shop.example.com/backchannel'

function started(store = memoryStore()) {
  const it = signedInSessions(store)
  const route = backChannelLogoutRoute(it.sessions, { providers: [provider] })
  let count = 0
  const claims = (more: object = {}) => ({
    ...{ iss: issuer, aud: clientId, sub: 'a', sid: 's' },
    ...{
      iat: seconds(it.clock),
      exp: seconds(it.clock) + 120,
      jti: `token-${count++}`,
      events: { [event]: {} },
    },
    ...more,
  })
  async function send(body: RequestInit['body'] | URLSearchParams, headers: Record<string, string> = {}) {
    const answer = await route(new Request(url, { method: 'POST', body: body ?? null, headers }))
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
  const sendToken = (token: string) => send(new URLSearchParams({ logout_token: token }))
  const logout = async (more: object = {}, header = {}) => sendToken(await signed(claims(more), header))
  return { ...it, route, claims, send, sendToken, logout }
}

test('a logout token by sid ends that session, one by sub all of the subject', async () => {
  const { signIn, logout } = started()
  const phone = await signIn({ sid: 'phone' })
  const desk = await signIn({ sid: 'desk' })
  const other = await signIn({ subject: 'b', sid: 'of b' }, 'bob')
  const { status, text } = await logout({ sub: undefined, sid: 'phone' })
  assert.deepEqual([status, text], [200, ''])
  assert.deepEqual([await phone.user(), await desk.user()], [null, 'alice'])
  assert.equal((await logout({ sid: undefined })).status, 200)
  assert.deepEqual([await desk.user(), await other.user()], [null, 'bob'])
  assert.equal((await logout({ sid: 'of nobody' })).status, 200)
})

test('the type of a logout token may be said, or not, but not another', async () => {
  const { logout } = started()
  for (const typ of ['logout+jwt', 'application/logout+jwt', 'LOGOUT+JWT', 'JWT', undefined])
    assert.equal((await logout({}, { typ })).status, 200, typ)
  for (const typ of ['at+jwt', 'secevent+jwt']) assert.equal((await logout({}, { typ })).status, 400, typ)
})

test('what section 2.6 of Back-Channel Logout refuses is refused with 400, says why, and ends nothing', async () => {
  const { clock, signIn, logout, claims, sendToken } = started()
  const { user } = await signIn({ sid: 's' })
  const now = seconds(clock)
  const bad: Readonly<Record<string, object>> = {
    'another issuer': { iss: 'https://evil.example.com' },
    'no issuer': { iss: undefined },
    'another audience': { aud: 'another' },
    'an audience beside ours': { aud: [clientId, 'another'] },
    'no audience': { aud: undefined },
    'no iat': { iat: undefined },
    'old iat': { iat: now - 361, exp: now + 100 },
    'iat of tomorrow': { iat: now + 61, exp: now + 200 },
    'iat that is no number': { iat: 'now' },
    'no exp': { exp: undefined },
    'over by exp': { exp: now - 61 },
    'no jti': { jti: undefined },
    'jti that is no text': { jti: 7 },
    'empty jti': { jti: '' },
    'no events': { events: undefined },
    'events without the member': { events: { 'https://example.com/other': {} } },
    'events as a list': { events: [event] },
    'a member that is no object': { events: { [event]: true } },
    'a member that is a list': { events: { [event]: [] } },
    'neither sub nor sid': { sub: undefined, sid: undefined },
    'sid that is no text': { sid: 5 },
    'sub that no store keeps': { sub: '\ud800' },
    'a nonce': { nonce: 'n' },
    'a nonce of null': { nonce: null },
  }
  for (const [name, more] of Object.entries(bad)) {
    const { status, text, headers } = await logout(more)
    assert.equal(status, 400, name)
    assert.equal(headers.get('content-type'), 'application/json')
    const { error, error_description: why } = JSON.parse(text)
    assert.equal(error, 'invalid_request', name)
    assert.ok(why, name)
  }
  const unsigned = new UnsecuredJWT(claims()).encode()
  assert.equal((await sendToken(unsigned)).status, 400, 'alg none')
  assert.equal((await sendToken(await signed(claims(), {}, true))).status, 400, 'a key of somebody else')
  assert.equal((await sendToken(await signed(claims(), { kid: 'two' }))).status, 400, 'a key nobody has')
  assert.equal(await user(), 'alice')
  assert.equal((await logout()).status, 200)
  assert.equal(await user(), null)
})

test('a logout token is good once, for as long as it is good at all', async () => {
  const store = memoryStore()
  const { clock, signIn, claims, sendToken } = started(store)
  const token = await signed(claims({ sid: undefined, exp: seconds(clock) + 100_000 }))
  assert.equal((await sendToken(token)).status, 200)
  const { user } = await signIn()
  assert.equal((await sendToken(token)).status, 400)
  assert.equal(await user(), 'alice')
  clock.advance('350s')
  await store.sweep?.(clock.now())
  assert.equal((await sendToken(token)).status, 400)
  clock.advance('1m')
  assert.equal((await sendToken(token)).status, 400)
  assert.equal(await user(), 'alice')
})

test('a store that fails is answered with 503, and the same token sent again ends the session', async () => {
  const { broken, claims, sendToken, signIn } = started()
  const { user } = await signIn({ sid: 's' })
  const token = await signed(claims())
  broken.fail(true)
  const { status, headers } = await sendToken(token)
  assert.deepEqual([status, headers.get('retry-after')], [503, '1'])
  broken.fail(false)
  assert.equal(await user(), 'alice')
  assert.equal((await sendToken(token)).status, 200)
  assert.equal(await user(), null)
})

test('a provider whose keys cannot be had is answered with 503', async () => {
  const { sessions, claims } = started()
  const jwks = 'http://127.0.0.1:1/jwks'
  const route = backChannelLogoutRoute(sessions, { providers: [{ ...provider, jwks }] })
  const body = new URLSearchParams({ logout_token: await signed(claims()) })
  assert.equal((await route(new Request(url, { method: 'POST', body }))).status, 503)
})

test('whatever else is sent is answered with 400 and changes nothing', async () => {
  const { route, send, sendToken, signIn, claims } = started()
  const { user } = await signIn({ sid: 's' })
  const good = await signed(claims())
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const bodies: readonly (RequestInit['body'] | URLSearchParams)[] = [
    '',
    'logout_token=',
    `logout_token=${good}&logout_token=${good}`,
    `token=${good}`,
    `logout_token=${'A'.repeat(100_000)}`,
    new Uint8Array([0xff, 0xfe, 0x00]),
    `logout_token=${good}.${good}`,
    `logout_token=${good.slice(0, -20)}`,
  ]
  for (const body of bodies) assert.equal((await send(body, form)).status, 400)
  for (const text of ['x', '..', 'e30.e30.e30', `${good}x`, '\0', 'null.null.null'])
    assert.equal((await sendToken(text)).status, 400, text)
  assert.equal((await send(`logout_token=${good}`, { 'content-type': 'application/json' })).status, 400)
  assert.equal((await route(new Request(url))).status, 405)
  assert.equal(await user(), 'alice')
})

test('options that cannot be are refused at start', async () => {
  const { sessions } = started()
  const refused = (more: object) =>
    assert.throws(() => backChannelLogoutRoute(sessions, { providers: [{ ...provider, ...more }] }), {
      code: 'config_invalid',
    })
  for (const more of [
    { issuer: '' },
    { audience: [] },
    { jwks: 'http://id.example.com/jwks' },
    { jwks: 'nowhere' },
    { algorithms: ['HS256'] },
    { algorithms: ['none'] },
    { clientId: 'x' },
  ])
    refused(more)
  assert.throws(() => backChannelLogoutRoute(sessions, { providers: [] }), { code: 'config_invalid' })
})
