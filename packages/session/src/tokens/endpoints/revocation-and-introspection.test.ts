import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  api,
  apiSecret,
  basic,
  type Form,
  grant,
  issuer,
  mobileSecret,
  otherSecret,
  post,
  started,
} from './endpoints.test-helper.ts'
import { introspectionRoute } from './introspection-route.ts'

/** With another character in the middle of its signature, whose end has few values. */
function tampered(token: string): string {
  const at = token.length - 40
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

test('revocation: an access token ends its session, for its own client alone; what is none is no error', async () => {
  const { clock, revocation, route, session, token, user } = await started()
  const { token: access } = await session.accessToken({ audience: api, clientId: 'mobile' })
  const revoke = async (text: string, more: Form = {}) =>
    (await post(revocation, { token: text, client_id: 'mobile', ...more })).status
  for (const nothing of ['x', 'A'.repeat(64), 'a.b.c', tampered(access)])
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
  for (const text of ['x', refreshToken, tampered(token)]) await inactive(text, own)
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
