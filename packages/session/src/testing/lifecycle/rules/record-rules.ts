import assert from 'node:assert/strict'
import { reservedPrefix } from '../../../record/values/json.ts'
import type { Guard, SessionRecord } from '../../../store.ts'
import { type Action, describe } from '../running/action.ts'
import { lawOf } from './deeds.ts'
import { expiryOf } from './ledger.ts'

// What an action may write into the fields of a record.

/** Times are those of the action, and only use and sign-ins change them (law 4). */
export function assertTimes(action: Action, before: SessionRecord, record: SessionRecord): void {
  if (record.lastSeenAt !== before.lastSeenAt) {
    assert.ok(isUse(action), `${describe(action)} counted as use (law 4)`)
    assertTime(action, record.lastSeenAt)
  }
  if (record.authenticatedAt !== before.authenticatedAt) {
    const isSignIn = action.kind === 'deed' && ['login', 'reauthenticate'].includes(action.deed.do)
    assert.ok(isSignIn, `${describe(action)} changed when the user authenticated`)
    assertSignInTime(action, record)
  }
  assert.equal(record.createdAt, before.createdAt)
  if (record.expiresAt !== before.expiresAt || record.lastSeenAt !== before.lastSeenAt) {
    assert.equal(record.expiresAt, expiryOf(record), `expiresAt after ${describe(action)} (law 4)`)
  }
}

function isUse(action: Action): boolean {
  if (action.kind === 'open') return action.request.step.touch
  return action.kind === 'deed' && ['login', 'rotation'].includes(lawOf(action.deed).kind)
}

export function assertTime(action: Action, time: number | null): void {
  if (time === null) return
  assert.ok(time >= action.lowest && time <= action.highest, `${describe(action)} wrote another time`)
}

/** Where sessions are counted, a sign-in is later than those of its user that are there, whatever clocks they are of. */
export function assertSignInTime(action: Action, { authenticatedAt }: SessionRecord): void {
  const others = action.kind === 'deed' && action.deed.do === 'login' ? action.listed : []
  if (authenticatedAt === null || !others.includes(authenticatedAt - 1)) assertTime(action, authenticatedAt)
}

/** An action writes its own values and the library's, nobody else's (law 3). */
export function assertKeys(action: Action, keys: readonly string[]): void {
  const own = action.kind === 'deed' ? (lawOf(action.deed).keys?.(action.deed) ?? []) : []
  for (const key of keys) {
    assert.ok(key.startsWith(reservedPrefix) || own.includes(key), `${describe(action)} wrote ${key} (law 3)`)
  }
}

export function holds(record: SessionRecord | null, guard: Guard | undefined): boolean {
  if (!record) return false
  if (guard?.secretHash !== undefined && guard.secretHash !== record.secretHash) return false
  return guard?.rev === undefined || guard.rev === record.rev
}
