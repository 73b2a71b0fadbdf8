import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { memoryStore } from '../stores/memory/memory.ts'
import { backChannelLogoutRoute } from './back-channel.ts'
import { globalRevocationRoute } from './global-revocation.ts'
import { issuer, provider, signed, signedInSessions } from './provider.test-helper.ts'
import { signalsRoute } from './signals-route.ts'

const types = [
  'application/x-www-form-urlencoded',
  'application/secevent+jwt',
  'application/json',
  'text/plain',
  '',
]
const texts = ['', 'logout_token=', '{"sub_id":{"format":"iss_sub","iss":', 'e30.e30.', '\0', '%', '🌧']

test('whatever bytes come, each route answers 400, 401 or 403 and changes nothing', async () => {
  const store = memoryStore()
  const { sessions, signIn, warnings } = signedInSessions(store)
  const { user, sid } = await signIn({ sid: 's' })
  const secret = randomBytes(32).toString('base64url')
  const providers = [provider]
  const routes = [
    backChannelLogoutRoute(sessions, { providers }),
    signalsRoute(sessions, { providers }),
    globalRevocationRoute(sessions, { providers, callers: { soc: secret } }),
  ]
  // Signed, but of nothing: what comes after the signature is looked at as well.
  const tokens = await Promise.all(
    [{}, { iss: issuer }, { iss: issuer, aud: 'shop', events: [], sub: 'a', sid: 's' }].map((claims) =>
      signed(claims),
    ),
  )
  const before = JSON.stringify(await store.read(sid))
  const part = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...texts, ...tokens), fc.json())
  const body = fc
    .array(part, { maxLength: 4 })
    .map((parts) => Buffer.concat(parts.map((each) => Buffer.from(each))))
  const bearer = fc.constantFrom('', `Bearer ${secret}`, 'Bearer x', `Bearer ${tokens[0]}`)
  await fc.assert(
    fc.asyncProperty(
      ...[fc.constantFrom(...routes), fc.constantFrom(...types), bearer, body],
      async (route, type, authorization, bytes) => {
        const headers = { 'content-type': type, authorization }
        const { status } = await route(
          new Request('https://shop.example.com/', { method: 'POST', body: bytes, headers }),
        )
        assert.ok([400, 401, 403].includes(status), String(status))
      },
    ),
    { numRuns: 300 },
  )
  assert.equal(await user(), 'alice')
  assert.equal(JSON.stringify(await store.read(sid)), before)
  assert.deepEqual(warnings, [])
  await sessions.revokeUser('alice')
  assert.equal(await store.deleteAll(), 0, 'nothing is left of it in the store')
})
