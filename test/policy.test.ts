import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { AuditError, readPolicy } from '@latchkey/audit'
import { createSessions, memoryStore, type SessionsOptions } from 'latchkey'
import { nodePolicyRoute } from 'latchkey/policy'
import { newKeys, tokens } from 'latchkey/tokens'

// The halves agree on what a policy is: what the session layer declares is what the auditor holds a site to.

const token = randomBytes(32).toString('base64url')

async function declared(t: TestContext, options: Partial<SessionsOptions>): Promise<string> {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false, ...options })
  const server = createServer(nodePolicyRoute(sessions, { token })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/internal/session-policy`
}

test('the auditor reads what latchkey declares: the defaults', async (t) => {
  const url = await declared(t, {})
  assert.deepEqual(await readPolicy(url, { token }), {
    sameSite: 'Strict',
    cookiePrefix: '__Host-',
    cookieName: '__Host-session',
    cookieLifetime: 0,
    idleTimeout: 1800,
    absoluteTimeout: 28_800,
  })
  await assert.rejects(
    readPolicy(url),
    (error) => error instanceof AuditError && error.code === 'unreachable',
  )
})

test('the auditor reads what latchkey declares: everything, of a policy by name', async (t) => {
  const url = await declared(t, {
    cookie: { name: '__Secure-desk', sameSite: 'Lax', domain: 'example.com' },
    policies: { default: {}, remembered: { idleTimeout: false, absoluteTimeout: '14d', persistent: true } },
    sessionsPerUser: { max: 3, atCap: 'refuse' },
    tokens: tokens({
      issuer: 'https://id.example.com',
      keys: await newKeys(),
      lifetime: '2m',
      refresh: { policy: 'remembered' },
    }),
  })
  assert.deepEqual(await readPolicy(url, { token, name: 'remembered' }), {
    sameSite: 'Lax',
    cookiePrefix: '__Secure-',
    cookieName: '__Secure-desk',
    cookieLifetime: 1_209_600,
    concurrentSessions: 3,
    idleTimeout: 1_209_600,
    absoluteTimeout: 1_209_600,
    tokenLifetime: 120,
  })
})
