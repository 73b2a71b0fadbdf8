import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Grants } from '../grants.ts'
import { ToolError } from '../tool-error.ts'
import { auditOptionsFor as optionsFor } from './audit-options.ts'
import type { TargetInput } from './input.ts'

const a = 'https://a.example'
const b = 'https://b.example'
const grants: Grants = {
  origins: [a, b],
  loginOrigins: ['https://sso.example'],
  secrets: [
    { name: 'ALICE', origin: a, where: 'env:MCP_TEST_A' },
    { name: 'ALICE', origin: b, where: 'env:MCP_TEST_B' },
    { name: 'GATE', origin: a, where: 'env:MCP_TEST_GATE' },
  ],
  changes: false,
  insecure: false,
  browser: true,
  reports: null,
  maxRequests: 1000,
  maxLogins: 10,
  timeLimit: 60,
}
Object.assign(process.env, {
  MCP_TEST_A: 'password-of-a',
  MCP_TEST_B: 'password-of-b',
  MCP_TEST_GATE: 'Basic Zm9v',
})

async function auditOptionsFor(input: TargetInput, allowed: Grants) {
  const secrets = new Map<string, string>()
  return { options: await optionsFor(input, allowed, secrets), secrets }
}

const refusedAs = (code: ToolError['code']) => (error: unknown) =>
  error instanceof ToolError && error.code === code

test('a secret is sent to its origin and to no other', async () => {
  const account = { username: 'alice', password: 'secret:ALICE' }
  assert.equal(
    (await auditOptionsFor({ url: `${a}/shop`, ...account }, grants)).options.password,
    'password-of-a',
  )
  assert.equal((await auditOptionsFor({ url: b, ...account }, grants)).options.password, 'password-of-b')
  const gate = { headers: { authorization: 'secret:GATE', 'x-test': '1' } }
  const { options, secrets } = await auditOptionsFor({ url: a, ...account, ...gate }, grants)
  assert.deepEqual(options.headers, { authorization: 'Basic Zm9v', 'x-test': '1' })
  assert.deepEqual([...secrets].toSorted(), [
    ['ALICE', 'password-of-a'],
    ['GATE', 'Basic Zm9v'],
  ])
  await assert.rejects(auditOptionsFor({ url: b, ...account, ...gate }, grants), refusedAs('secret_unknown'))
})

test('an origin is its scheme, host and port', async () => {
  for (const url of [
    'http://a.example',
    'https://a.example:8443',
    'https://a.example.evil',
    'https://www.a.example',
  ]) {
    await assert.rejects(
      auditOptionsFor({ url, passive: true }, grants),
      refusedAs('origin_not_allowed'),
      url,
    )
  }
  const { options } = await auditOptionsFor({ url: 'https://A.example:443/x', passive: true }, grants)
  assert.deepEqual([options.url, options.allowAddress], ['https://a.example/x', undefined])
})

test('without origins, what a name resolves to must be this machine too', async () => {
  const none = { ...grants, origins: [], secrets: [] }
  for (const url of ['http://127.0.0.1:3000', 'http://[::1]/', 'http://app.localhost:1']) {
    const { options } = await auditOptionsFor({ url, passive: true }, none)
    assert.deepEqual(
      ['127.0.0.9', '::1', '10.0.0.1', '169.254.169.254'].map((address) =>
        options.allowAddress?.(address, 'x'),
      ),
      [true, true, false, false],
    )
  }
  for (const url of [
    'http://127.0.0.1.evil',
    'http://10.0.0.1',
    'http://[::ffff:10.0.0.1]/',
    'http://0.0.0.0',
  ]) {
    await assert.rejects(auditOptionsFor({ url, passive: true }, none), refusedAs('origin_not_allowed'), url)
  }
})

test('limits of the server hold where none is given', async () => {
  const { options } = await auditOptionsFor(
    { url: a, passive: true },
    { ...grants, insecure: true, browser: false },
  )
  const { maxRequests, maxLogins, timeLimit, insecure, browser } = options
  assert.deepEqual([maxRequests, maxLogins, timeLimit, insecure, browser], [300, 10, 60, true, false])
})

test('a second account, and what is expected, need no changes', async () => {
  const account = { url: a, username: 'alice', password: 'secret:ALICE' }
  const second = { secondUsername: 'bob', secondPassword: 'secret:BOB' }
  const bob = { name: 'BOB', origin: a, where: 'env:MCP_TEST_B' }
  const more = { idSamples: 20, streams: ['/events'], streamWait: 1, expect: { sameSite: 'Lax' } as const }
  const allowed = { ...grants, secrets: [...grants.secrets, bob] }
  const { options, secrets } = await auditOptionsFor({ ...account, ...second, ...more }, allowed)
  assert.deepEqual(
    [options.secondUsername, options.secondPassword, options.idSamples, options.streams, options.expect],
    ['bob', 'password-of-b', 20, ['/events'], { sameSite: 'Lax' }],
  )
  assert.equal(secrets.get('BOB'), 'password-of-b')
})

test('what sends a request of the agent’s own is allowed only with changes', async () => {
  const account = { url: a, username: 'alice', password: 'secret:ALICE', logoutRequest: 'DELETE /session' }
  await assert.rejects(auditOptionsFor(account, grants), refusedAs('not_allowed'))
  const { options } = await auditOptionsFor(account, { ...grants, changes: true })
  assert.equal(options.logoutRequest, 'DELETE /session')
})
