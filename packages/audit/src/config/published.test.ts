import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { publishedSchemas } from './published.ts'

const folder = fileURLToPath(new URL('../../schemas/', import.meta.url))
const saved = (name: string) => JSON.parse(readFileSync(`${folder}${name}`, 'utf8'))

test('the schemas in the repository are what checks the files (npm run schemas writes them)', () => {
  for (const [name, schema] of Object.entries(publishedSchemas())) {
    assert.ok(readdirSync(folder).includes(name))
    assert.deepEqual(saved(name), JSON.parse(JSON.stringify(schema)), name)
  }
})

test('another validator takes and refuses by them what ours does', () => {
  const ajv = new Ajv2020({ validateFormats: false })
  const validate = (name: string, value: unknown) => ajv.validate(saved(`${name}.json`), value)
  const entry = {
    fingerprint: '0123456789abcdef',
    check: 'logout',
    where: 'logout',
    reason: 'a ticket',
    expires: '2027-03-01',
  }
  const good: readonly (readonly [string, unknown])[] = [
    ['config-1', { $schema: 'x', url: 'https://example.com/', password: 'env:P', failOn: 'none' }],
    ['config-1', { expect: { idleTimeout: '20m', cookieLifetime: 'session', concurrentSessions: 3 } }],
    ['policy-1', { schema: 'latchkey-policy/1', policies: { default: { renewalInterval: null } } }],
    ['policy-1', { schema: 'latchkey-policy/1', tokens: null, sessionsPerUser: null }],
    ['baseline-1', { schema: 'latchkey-baseline/1', accepted: [entry] }],
  ]
  for (const [name, value] of good) assert.ok(validate(name, value), `${name}: ${ajv.errorsText()}`)
  const bad: readonly (readonly [string, unknown])[] = [
    ['config-1', { password: 'hunter2' }],
    ['config-1', { expect: { idleTimeout: '20 minutes' } }],
    ['config-1', { expect: { samesite: 'Lax' } }],
    ['policy-1', { cookie: {} }],
    ['policy-1', { schema: 'latchkey-policy/2' }],
    ['baseline-1', { schema: 'latchkey-baseline/1', accepted: [{ ...entry, expires: undefined }] }],
  ]
  for (const [name, value] of bad) {
    assert.ok(!validate(name, JSON.parse(JSON.stringify(value))), JSON.stringify(value))
  }
})
