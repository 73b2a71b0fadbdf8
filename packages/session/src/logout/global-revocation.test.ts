import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { globalRevocationRoute } from './global-revocation.ts'
import { clientId, issuer, provider, seconds, signed, signedInSessions } from './provider.test-helper.ts'

const url = 'https://shop.example.com/global-token-revocation'
const secret = randomBytes(32).toString('base64url')
const alice = { sub_id: { format: 'iss_sub', iss: issuer, sub: 'a' } }

function started() {
  const it = signedInSessions()
  const route = globalRevocationRoute(it.sessions, {
    providers: [provider],
    callers: { soc: secret },
    userOf: ({ email }) => (email === 'bob@example.com' ? 'bob' : null),
  })
  async function ask(body: unknown, authorization = `Bearer ${secret}`, type = 'application/json') {
    const headers = { 'content-type': type, authorization }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await route(new Request(url, { method: 'POST', body: text, headers }))
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    return answer.status
  }
  const claims = (more: object = {}) => ({
    ...{ iss: issuer, aud: clientId, iat: seconds(it.clock), exp: seconds(it.clock) + 60, jti: 'j' },
    ...more,
  })
  const bearer = async (more: object = {}, header: object = {}, isStrange = false) =>
    `Bearer ${await signed(claims(more), { typ: 'global-token-revocation+jwt', ...header }, isStrange)}`
  return { ...it, ask, bearer }
}

test('global revocation ends all sessions of a subject, or of a user, and says 204', async () => {
  const { ask, bearer, signIn } = started()
  const all = [await signIn({ sid: '1' }), await signIn({ sid: '2' }), await signIn()]
  const bob = await signIn(null, 'bob')
  assert.equal(await ask(alice), 204)
  for (const each of all) assert.equal(await each.user(), null)
  assert.equal(await bob.user(), 'bob')
  assert.equal(await ask({ sub_id: { format: 'email', email: 'bob@example.com' } }), 204)
  assert.equal(await bob.user(), null)
  const { user } = await signIn()
  assert.equal(await ask(alice, await bearer()), 204)
  assert.equal(await user(), null)
})

test('global revocation by nobody that is known is 401, of another’s subject 403, of nobody 404', async () => {
  const { ask, bearer, clock, signIn } = started()
  const { user } = await signIn()
  for (const caller of ['', 'Bearer x', `Basic ${secret}`, await bearer({}, {}, true)])
    assert.equal(await ask(alice, caller), 401, caller)
  assert.equal(await ask(alice, await bearer({}, { typ: 'JWT' })), 401)
  assert.equal(await ask(alice, await bearer({ aud: 'another' })), 401)
  assert.equal(await ask(alice, await bearer({ iat: seconds(clock) - 361, exp: seconds(clock) + 60 })), 401)
  const other = { sub_id: { ...alice.sub_id, iss: 'https://other.example.com' } }
  assert.equal(await ask(other, await bearer()), 403)
  assert.equal(await ask({ sub_id: { format: 'email', email: 'nobody@example.com' } }), 404)
  assert.equal(await user(), 'alice')
})

test('global revocation: what is no request is 400 and ends nothing', async () => {
  const { ask, signIn } = started()
  const { user } = await signIn()
  const bad = ['', 'x', 'null', '[]', '{}', { sub_id: null }, { sub_id: { format: 'iss_sub', iss: issuer } }]
  for (const body of [...bad, { sub_id: { format: 'email', email: 5 } }, 'x'.repeat(100_000)])
    assert.equal(await ask(body), 400)
  assert.equal(await ask(alice, undefined, 'text/plain'), 400)
  assert.equal(await user(), 'alice')
})

test('global revocation: a store that fails is 503, and asking again ends the sessions', async () => {
  const { ask, broken, signIn } = started()
  const { user } = await signIn()
  broken.fail(true)
  assert.equal(await ask(alice), 503)
  broken.fail(false)
  assert.equal(await ask(alice), 204)
  assert.equal(await user(), null)
})
