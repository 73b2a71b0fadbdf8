import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { SessionPatch, SessionRecord } from '../../../store.ts'
import type { Known, View } from '../running/action.ts'
import { type Action, describe } from '../running/action.ts'
import { renewalInterval } from '../settings.ts'
import { lawOf, policyNamedBy } from './deeds.ts'
import { expiryOf, type Ledger } from './ledger.ts'
import { assertKeys, assertTime, assertTimes, holds } from './record-rules.ts'
import { assertSealing, noteWritten, sealsInPassing } from './sealing.ts'

// How a record may come about and change, and through whom. In no other way.

const nobody: View = { userId: null, data: {}, methods: [], privilege: null, epoch: 0 }

export function created(ledger: Ledger, action: Action, record: SessionRecord): void {
  assert.equal(action.kind, 'deed', `${describe(action)} made a session`)
  if (action.kind !== 'deed') return
  const { deed, request } = action
  const law = lawOf(deed)
  assert.ok(law.kind === 'login' || law.kind === 'write', `${describe(action)} made a session`)
  assert.ok(!ledger.sessions.has(record.sid), 'a sid was used a second time (laws 2 and 6)')
  if (law.kind === 'write') assert.equal(request.holds, null, `${describe(action)} made a second one (law 7)`)
  const userId = law.kind === 'login' ? action.userId : null
  assert.equal(record.userId, userId, 'whose a new session is')
  assert.equal(
    record.authenticatedAt === null,
    userId === null,
    'when the user of a new session authenticated',
  )
  assert.equal(record.policy, policyNamedBy(deed) ?? 'default', 'policy of a new session')
  for (const field of ['createdAt', 'authenticatedAt', 'lastSeenAt', 'renewedAt'] as const)
    assertTime(ledger, action, record[field])
  assert.equal(record.expiresAt, expiryOf(record), 'expiresAt of a new session')
  assertKeys(action, Object.keys(record.data))
  const moment = { from: action.startTime, until: ledger.clock.now(), record }
  const view = law.change?.(nobody, deed, moment) ?? nobody
  const known = ledger.add(record, { ...view, userId })
  assertSealing(ledger, action, null, record, { set: record.data })
  Object.assign(action, { created: known, isApplied: true, replaced: request.holds })
  noteWritten(ledger, action, { known, record }, { set: record.data })
  Object.assign(request, { holds: known, epoch: view.epoch })
}

export function updated(
  ledger: Ledger,
  action: Action,
  { sid, patch }: { readonly sid: string; readonly patch: SessionPatch },
  done: boolean,
): void {
  const known = ledger.sessions.get(sid)
  const before = known?.record ?? null
  assert.equal(
    done,
    holds(before, patch.guard),
    `an update of ${before ? 'a live' : 'an ended'} record (law 2)`,
  )
  if (!done) action.refusals++
  if (!known || !before || !done) return
  const { fields, set = {}, unset = [] } = patch
  const kept = Object.entries(before.data).filter(([key]) => !unset.includes(key))
  const data = { ...Object.fromEntries(kept), ...set }
  const record = { ...before, ...fields, data, rev: before.rev + 1 }
  assertTimes(ledger, action, before, record)
  const named = [...Object.keys(set), ...unset]
  assertKeys(
    action,
    named.filter((key) => !sealsInPassing(before, record, key)),
  )
  assertSealing(ledger, action, before, record, patch)
  if (record.secretHash === before.secretHash) confirmed(ledger, action, known, before, record)
  else if (action.kind === 'open') renewed(ledger, action, known, record)
  else rotated(ledger, action, known, record)
  Object.assign(known, { record, last: record })
  noteWritten(ledger, action, { known, record }, patch)
  if (record.policy !== before.policy) known.policyTime = ledger.clock.now()
  if (action.kind === 'deed') apply(ledger, action, known, before, record)
}

/** The one moment at which a deed's change is made. */
function apply(
  ledger: Ledger,
  action: Extract<Action, { kind: 'deed' }>,
  known: Known,
  before: SessionRecord,
  record: SessionRecord,
): void {
  const { deed, request } = action
  const law = lawOf(deed)
  if (law.kind !== 'write') assert.ok(action.rotated, `${describe(action)} kept the secret (law 5)`)
  assert.ok(!action.isApplied, `${describe(action)} was written twice`)
  action.isApplied = true
  const isLogin = law.kind === 'login'
  const userId = isLogin ? action.userId : before.userId
  assert.equal(record.userId, userId, `whose the session is after ${describe(action)}`)
  assert.ok(before.userId === null || before.userId === userId, 'a session changed hands (law 5)')
  const policyBefore = isLogin && before.userId === null ? 'default' : before.policy
  assert.equal(record.policy, policyNamedBy(deed) ?? policyBefore, `policy after ${describe(action)}`)
  const moment = { from: action.startTime, until: ledger.clock.now(), record }
  const view = known.versions.at(-1)?.view ?? nobody
  const after = { ...(law.change?.(view, deed, moment) ?? view), userId }
  ledger.addVersion(known, after)
  if (action.rotated) request.epoch = after.epoch
}

function renewed(ledger: Ledger, action: Action, known: Known, record: SessionRecord): void {
  const last = known.generations.at(-1)
  assert.ok(last && action.request?.presented === last, 'a renewal by who has not the current secret')
  assert.ok(action.request.step.touch, 'a poll renewed a secret')
  const since = last.cause === 'renewal' ? last.usedAt : last.bornAt
  assert.ok(since !== null && record.renewedAt - since >= renewalInterval, 'a renewal that was not due')
  assert.ok(!ledger.generations.has(record.secretHash), 'a secret was used a second time')
  request(action).own.add(ledger.addGeneration(known, record.secretHash, 'renewal', record.renewedAt))
  action.expectedEvents.push([['session_renewed renewal']])
}

/** A new secret at a privilege boundary, for who has the one before and nobody else (law 5). */
function rotated(ledger: Ledger, action: Action, known: Known, record: SessionRecord): void {
  const isBoundary = action.kind === 'deed' && ['login', 'rotation'].includes(lawOf(action.deed).kind)
  assert.ok(isBoundary, `${describe(action)} changed a secret`)
  assert.ok(!ledger.generations.has(record.secretHash), 'a secret was used a second time (law 5)')
  const { own, holds: held } = request(action)
  const at = held === known ? known.generations.findLastIndex((each) => own.has(each)) : -1
  const isCurrent = at >= 0 && known.generations.slice(at + 1).every(({ cause }) => cause === 'renewal')
  assert.ok(isCurrent, `${describe(action)} got a new secret for a dead one (law 5)`)
  assert.equal(record.previous, null, 'a secret of before a boundary is still good (law 5)')
  action.rotated = ledger.addGeneration(known, record.secretHash, 'boundary', record.renewedAt)
}

/** The first use of a secret that a renewal made. */
function confirmed(
  ledger: Ledger,
  action: Action,
  known: Known,
  before: SessionRecord,
  { previous }: SessionRecord,
): void {
  if (isDeepStrictEqual(previous, before.previous)) return
  const last = known.generations.at(-1)
  assert.ok(last && previous?.confirmedAt && action.kind === 'open', 'the former secret was changed')
  assert.equal(action.request.presented, last, 'a secret was confirmed that nobody used')
  // Requests that bring it for the first time at the same time all do so.
  const isFirst = last.usedAt === null || action.startTime - ledger.maxStale <= last.usedTime
  assert.ok(isFirst, 'a secret was confirmed a second time')
  assertTime(ledger, action, previous.confirmedAt)
  assert.equal(previous.nonce, null, 'the nonce of a renewal outlived it')
  if (last.usedAt === null) last.usedTime = ledger.clock.now()
  last.usedAt = previous.confirmedAt
}

function request(action: Action) {
  assert.ok(action.request)
  return action.request
}
