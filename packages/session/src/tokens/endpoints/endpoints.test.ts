import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSessions } from '../../create-sessions.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { testBrowser } from '../../testing/browser.ts'
import { tokens } from '../issue/tokens.ts'
import { api, issuer, keys, started, url } from './endpoints.test-helper.ts'
import { type IntrospectionRouteOptions, introspectionRoute } from './introspection-route.ts'
import { type TokenRouteOptions, tokenRoute } from './token-route.ts'

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
