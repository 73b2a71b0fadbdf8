import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { familyOf } from '../../../secret/token.ts'
import type { SessionPatch, SessionRecord } from '../../../store.ts'
import type { Known, Request, View } from '../running/action.ts'
import { type Action, describe } from '../running/action.ts'
import { joinableFor, renewalInterval } from '../settings.ts'
import { lawOf, policyNamedBy } from './deeds.ts'
import { expiryOf, type Ledger, usableSince } from './ledger.ts'
import { assertKeys, assertSignInTime, assertTime, assertTimes, holds } from './record-rules.ts'
import { assertSealing, noteWritten, sealsInPassing } from './sealing.ts'

// How a record may come about and change, and through whom. In no other way.

// Of the part of a record's hash that is of the secret alone.
const ownHashLength = 43

const nobody: View = { userId: null, data: {}, methods: [], privilege: null, epoch: 0 }

export function created(ledger: Ledger, action: Action, record: SessionRecord): void {
  assert.equal(action.kind, 'deed', `${describe(action)} made a session`)
  if (action.kind !== 'deed') return
  const { deed, request } = action
  const law = lawOf(deed)
  assert.ok(law.kind === 'login' || law.kind === 'write', `${describe(action)} made a session`)
  assert.ok(!ledger.sessions.has(record.sid), 'a sid was used a second time (laws 2 and 6)')
  if (law.kind === 'write') {
    assert.equal(request.holds, null, `${describe(action)} made a second one (law 7)`)
    assert.notEqual(
      request.isLost,
      true,
      `${describe(action)} made one with a token that is out of date (law 6)`,
    )
  }
  assertLeft(request, action.userId)
  const userId = law.kind === 'login' ? action.userId : null
  assert.equal(record.userId, userId, 'whose a new session is')
  assert.equal(
    record.authenticatedAt === null,
    userId === null,
    'when the user of a new session authenticated',
  )
  assert.equal(record.policy, policyNamedBy(deed) ?? 'default', 'policy of a new session')
  for (const field of ['createdAt', 'lastSeenAt', 'renewedAt'] as const) assertTime(action, record[field])
  assertSignInTime(action, record)
  assert.equal(record.expiresAt, expiryOf(record), 'expiresAt of a new session')
  assertKeys(action, Object.keys(record.data))
  const moment = { from: action.lowest, until: action.highest, record }
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
  assertTimes(action, before, record)
  const named = [...Object.keys(set), ...unset]
  assertKeys(
    action,
    named.filter((key) => !sealsInPassing(action, before, record, key)),
  )
  assertSealing(ledger, action, before, record, patch)
  if (record.secretHash === before.secretHash) confirmed(ledger, action, known, before, record)
  else if (action.kind === 'open') renewed(ledger, action, known, record)
  else rotated(ledger, action, known, before, record)
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
  if (law.kind !== 'write') {
    assert.ok(action.rotated, `${describe(action)} kept the secret (law 5)`)
    assert.ok(record.expiresAt > action.lowest, `${describe(action)} ended its session (law 9)`)
  } else
    assert.ok(
      ledger.isOfFamily(request, known),
      `${describe(action)} wrote beyond a privilege boundary (law 5)`,
    )
  assert.ok(!action.isApplied, `${describe(action)} was written twice`)
  action.isApplied = true
  const isLogin = law.kind === 'login'
  const userId = isLogin ? action.userId : before.userId
  if (isLogin) known.signedInTick = ledger.tick
  assert.equal(record.userId, userId, `whose the session is after ${describe(action)}`)
  assert.ok(before.userId === null || before.userId === userId, 'a session changed hands (law 5)')
  const policyBefore = isLogin && before.userId === null ? 'default' : before.policy
  assert.equal(record.policy, policyNamedBy(deed) ?? policyBefore, `policy after ${describe(action)}`)
  const moment = { from: action.lowest, until: action.highest, record }
  const view = known.versions.at(-1)?.view ?? nobody
  const after = { ...(law.change?.(view, deed, moment) ?? view), userId }
  ledger.addVersion(known, after)
  if (action.rotated) request.epoch = after.epoch
}

function renewed(ledger: Ledger, action: Action, known: Known, record: SessionRecord): void {
  const last = known.generations.at(-1)
  assert.ok(last && action.request?.presented === last, 'a renewal by who has not the current secret')
  assert.ok(action.request.step.touch, 'a poll renewed a secret')
  assert.ok(!action.request.step.isUpgrade, 'a secret was renewed for an answer that has no head (law 9)')
  const since = usableSince(last)
  assert.ok(since !== null && record.renewedAt - since >= renewalInterval, 'a renewal that was not due')
  assert.ok(!ledger.generations.has(record.secretHash), 'a secret was used a second time')
  request(action).own.add(ledger.addGeneration(known, record, 'renewal', action))
  action.expectedEvents.push([['session_renewed renewal']])
}

/** A new secret at a privilege boundary, for who has the one before and nobody else (law 5). */
function rotated(
  ledger: Ledger,
  action: Action,
  known: Known,
  before: SessionRecord,
  record: SessionRecord,
): void {
  const isBoundary = action.kind === 'deed' && ['login', 'rotation'].includes(lawOf(action.deed).kind)
  assert.ok(isBoundary, `${describe(action)} changed a secret`)
  assert.ok(!ledger.generations.has(record.secretHash), 'a secret was used a second time (law 5)')
  const isFamilyNew = familyOf(record.secretHash) !== familyOf(before.secretHash)
  assert.ok(isFamilyNew, `${describe(action)} kept the family of the secret (law 5)`)
  if (record.previous !== null) {
    assertJoin(ledger, action, known, before, record)
    action.rotated = ledger.addGeneration(known, record, 'join', action)
    request(action).holds = known
    return
  }
  const { holds: held } = request(action)
  const { made, presented } = request(action)
  const own = held === known ? (made?.session === known ? made : presented) : null
  // Good at some moment of it: what was asked of the store before this write.
  const wasGood =
    own?.session === known && (own.goodTick >= action.startTick || ledger.judgeSecret(own).includes('good'))
  assert.ok(wasGood, `${describe(action)} got a new secret for a dead one (law 5)`)
  const isWithin = ledger.isOfFamily(request(action), known)
  assert.ok(isWithin, `${describe(action)} got a new secret beyond a privilege boundary (law 5)`)
  action.rotated = ledger.addGeneration(known, record, 'boundary', action)
}

/** The second sign-in of one click: by the same user, moments later, with the secret that the first one replaced. */
function assertJoin(
  ledger: Ledger,
  action: Action,
  known: Known,
  before: SessionRecord,
  { previous }: SessionRecord,
): void {
  const what = describe(action)
  assert.ok(action.kind === 'deed' && action.deed.do === 'login', `${what} left a former secret good (law 5)`)
  const stays = { hash: before.secretHash.slice(0, ownHashLength), confirmedAt: null, nonce: null }
  assert.deepEqual(previous, stays, `${what} joined a session, and which secret stays good`)
  assert.equal(before.userId, action.userId, `${what} joined the session of somebody else`)
  const own = known.generations.findLast((each) => action.request.own.has(each))
  const next = own && known.generations[known.generations.indexOf(own) + 1]
  const isFirst = next?.by?.kind === 'deed' && next.by.deed.do === 'login'
  assert.ok(isFirst, `${what} joined with another secret than the one that the first sign-in replaced`)
  assert.ok(
    action.startTime - next.bornTime < joinableFor + ledger.apart,
    `${what} joined long after the first sign-in`,
  )
}

/** A sign-in of another user starts when the session before is over: if it fails half way, nobody holds two. */
function assertLeft({ handle, holds }: Request, userId: string | null): void {
  const before = handle?.userId ?? null
  const isOver = before === null || before === userId || !holds?.record
  assert.ok(isOver, 'a session began before the one of another user was over')
}

/** The first use of a secret whose former one was good until then. */
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
  assertTime(action, previous.confirmedAt)
  assert.equal(previous.nonce, null, 'the nonce of a renewal outlived it')
  if (last.usedAt === null) last.usedTime = ledger.clock.now()
  last.usedAt = previous.confirmedAt
}

function request(action: Action) {
  assert.ok(action.request)
  return action.request
}
