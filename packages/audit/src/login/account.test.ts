import assert from 'node:assert/strict'
import test from 'node:test'
import { Secrets } from '../network/redaction/secrets.ts'
import { accountOf } from './account.ts'

test('a name is shown, unless it is its own password or holds another secret', () => {
  const secrets = new Secrets()
  secrets.addCredential('password', 'admin')
  secrets.add('sid', 'abcdef0123456789abcdef')
  assert.deepEqual(accountOf('ada@example.com', secrets), { account: 'ada@example.com' })
  assert.deepEqual(accountOf('admin', secrets), { account: '<password>' })
  assert.doesNotMatch(accountOf('x abcdef0123456789abcdef', secrets).account ?? '', /abcdef0123456789/)
  assert.deepEqual(accountOf(undefined, secrets), {})
})
