import assert from 'node:assert/strict'
import type { Evidence, EvidenceFile, EvidenceName } from '../src/evidence/evidence.ts'
import { gather } from '../src/gathering/gather.ts'
import { AuditError, type AuditErrorCode } from '../src/options/errors.ts'
import type { AuditOptions } from '../src/options/options.ts'
import { USER } from './session-site.ts'

/** A clock that does not keep tests waiting. */
export const noWait = { wait: async () => {} }

type Value<N extends EvidenceName> = Extract<Evidence[N], { status: 'gathered' }>['value']

/** What was gathered under a name; fails with the reason when it was not. */
export function value<N extends EvidenceName>(file: EvidenceFile, name: N): Value<N> {
  const found = file.evidence[name]
  assert.equal(found.status, 'gathered', `${name}: ${found.status === 'gathered' ? '' : found.reason}`)
  return (found as { value: Value<N> }).value
}

/** Gathers as the usual test user. */
export function audit(url: string, more: Partial<AuditOptions> = {}): Promise<EvidenceFile> {
  return gather({ url, ...USER, ...more }, noWait)
}

/** For `assert.rejects`: this code, these words, and no password. */
export function failsWith(code: AuditErrorCode, words: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof AuditError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, words)
    assert.ok(!error.message.includes(USER.password))
    return true
  }
}
