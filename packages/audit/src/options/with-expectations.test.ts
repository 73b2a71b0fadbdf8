import assert from 'node:assert/strict'
import test from 'node:test'
import type { AuditOptions } from './options.ts'
import { withExpectations } from './with-expectations.ts'

const account = { url: 'https://example.com/', username: 'alice', password: 'x' }
const asked = (expect: AuditOptions['expect'], more: Partial<AuditOptions> = {}) => {
  const {
    url,
    username,
    password,
    expect: _,
    ...rest
  } = withExpectations({
    ...account,
    ...more,
    ...(expect && { expect }),
  }) as AuditOptions & Record<string, unknown>
  return rest
}

test('what is declared is asked for where it has an option, and one that was given wins', () => {
  assert.deepEqual(asked({ concurrentSessions: 3, sameSite: 'Lax' }), { expectSessions: 3 })
  assert.deepEqual(asked({ concurrentSessions: 3 }, { expectSessions: 2 }), { expectSessions: 2 })
  assert.deepEqual(asked({ concurrentSessions: 3 }, { passive: true }), { passive: true })
  assert.deepEqual(asked({ concurrentSessions: 3 }, { cookie: 'a=b' }), { cookie: 'a=b' })
})

test('a time is waited for where that fits into the time limit', () => {
  assert.deepEqual(asked({ idleTimeout: 900 }), { idleTimeout: 900 })
  assert.deepEqual(asked({ idleTimeout: 1800, absoluteTimeout: 28_800 }), {})
  assert.deepEqual(asked({ idleTimeout: 1800 }, { timeLimit: 3600 }), { timeLimit: 3600, idleTimeout: 1800 })
  assert.deepEqual(asked({ idleTimeout: 5 }), {})
})
