import assert from 'node:assert/strict'
import type { Guard, SessionRecord } from '../../../store.ts'
import type { Known, Request } from '../running/action.ts'
import { type Action, describe } from '../running/action.ts'
import { type PolicyName, policies, sessionsPerUser } from '../settings.ts'
import type { Settings } from '../step.ts'
import { expiryOf, type Ledger } from './ledger.ts'
import { holds } from './record-rules.ts'

// How a session may end, through whom, and what its events must say. In no other way.

export function removed(
  ledger: Ledger,
  action: Action,
  { sid, guard }: { readonly sid: string; readonly guard: Guard | undefined },
  done: boolean,
): void {
  const known = ledger.sessions.get(sid)
  const before = known?.record ?? null
  assert.equal(done, holds(before, guard), `a delete of ${before ? 'a live' : 'an ended'} record`)
  if (known && before && done) {
    action.expectedEvents.push(reasonsOf(ledger, action, known, before))
    ledger.end(known)
  }
}

function reasonsOf(
  ledger: Ledger,
  action: Action,
  known: Known,
  record: SessionRecord,
): readonly (readonly string[])[] {
  if (action.kind === 'open') return reasonsOfOpening(ledger, action, known, record)
  const { userId, sid, request } = action
  const name = action.kind === 'deed' ? action.deed.do : action.measure.do
  const isOwn = request?.holds === known
  // A visitor's logout ends what its own cookie would open.
  const wouldOpen = request?.holds === null && request.presented === known.generations.at(-1)
  // A user's, or a visitor's that still is one.
  const isSameUsers = record.userId === (request?.handle?.userId ?? null)
  if (name === 'logout' && ((isOwn && isSameUsers) || wouldOpen)) return [[]]
  const isRevoked =
    (name === 'revoke' && sid === known.sid) ||
    (name === 'revokeUser' && record.userId === userId) ||
    (name === 'revokeOthers' && record.userId === userId && sid !== known.sid)
  if (isRevoked) return [['session_expired revoked']]
  if (name === 'login' && action.mayEvict.has(known.sid)) return [['session_expired excess']]
  if (name === 'login' && isOwn && record.userId !== null && record.userId !== userId)
    return [['session_expired replaced']]
  // Who brings a secret of before a renewal held the session: it goes when they sign in anew.
  const { presented = null, isLost } = request ?? {}
  const wasReplaced =
    presented?.session === known &&
    ledger.judgeSecret(presented).some((each) => each === 'replaced' || each === 'reused')
  if (name === 'login' && isLost && wasReplaced && record.userId === userId)
    return [['session_expired replaced']]
  assert.fail(`${describe(action)} ended a session without a reason`)
}

const reuse = ['authn_token_reuse', 'session_expired reuse']

/** A request ends its own session when its time is up, or when its secret shows that somebody has kept a copy. */
function reasonsOfOpening(
  ledger: Ledger,
  action: Extract<Action, { kind: 'open' }>,
  known: Known,
  record: SessionRecord,
): readonly (readonly string[])[] {
  const { presented } = action.request
  const isTheft = isReuse(ledger, action.request, action.startTick, known, record)
  if (isTheft && presented?.session !== known) return [['session_expired reuse']]
  assert.ok(presented?.session === known, 'who knows the sid alone ended a session')
  const reasons: string[][] = isTheft ? [reuse] : []
  // It may have looked before its time was up in the other way as well.
  for (const [reason, end] of Object.entries(endsOf(record))) {
    if (action.highest >= end) reasons.push([`session_expired ${reason}`, 'session_use_after_expire'])
  }
  assert.ok(reasons.length > 0, 'a request ended a live session')
  return reasons
}

/** Whether a session ends since a replaced secret of it, or of its user's, was brought by who has kept a copy. */
function isReuse(
  ledger: Ledger,
  { presented, tokenReuseEnds, arrivedAt }: Request,
  tick: number,
  known: Known,
  record: SessionRecord,
): boolean {
  if (!presented || !ledger.mayBeReused(presented, tick, arrivedAt)) return false
  const isOthers = record.userId !== null && record.userId === presented.session.last.userId
  if (presented.session !== known && !(tokenReuseEnds === 'user' && isOthers)) return false
  assert.ok(presented.session.isShared, 'an honest browser was taken for a thief')
  return true
}

function endsOf({ policy, lastSeenAt, createdAt, authenticatedAt }: SessionRecord) {
  const { idleTimeout, absoluteTimeout } = policies[policy as PolicyName]
  return { absolute: (authenticatedAt ?? createdAt) + absoluteTimeout, idle: lastSeenAt + idleTimeout }
}

export function removedAll(ledger: Ledger, action: Action): void {
  for (const known of ledger.sessions.values()) {
    if (!known.record) continue
    ledger.end(known)
    action.emptied.push(known)
  }
}

/** Records whose time is up, and no others. */
export function swept(ledger: Ledger, now: number): void {
  for (const known of ledger.sessions.values()) {
    const { record } = known
    if (!record || record.expiresAt > now) continue
    assert.ok(expiryOf(record) <= now, 'a sweep removed a live session')
    ledger.end(known)
  }
}

/** A sign-in has looked at its user's sessions: those that are too many at this moment may have to go. */
export function counted(ledger: Ledger, action: Action, limit: Settings['limit']): void {
  if (limit === 'none' || action.kind !== 'deed' || action.deed.do !== 'login') return
  const live = ledger.liveOf(action.userId ?? '', action.process)
  action.listed.push(...live.map(({ last }) => last.authenticatedAt ?? 0))
  const excess = live.sort((a, b) => (limit === 'evict' ? byAge(b, a) : byAge(a, b))).slice(sessionsPerUser)
  for (const { sid } of excess) action.mayEvict.add(sid)
  const own = action.request.holds
  if (limit === 'evict') {
    // Only for sign-ins that came later than its first look: those before it are older, by any clock.
    const isNewer = live.some((known) => known !== own && known.signedInTick >= action.startTick)
    if (own && excess.includes(own) && isNewer) action.mayRefuse = true
    return
  }
  const others = live.filter((known) => known !== own)
  if (others.length >= sessionsPerUser || excess.some((known) => known === own)) action.mayRefuse = true
}

/** The older first. */
function byAge({ last: a }: Known, { last: b }: Known): number {
  return (a.authenticatedAt ?? 0) - (b.authenticatedAt ?? 0) || (a.sid < b.sid ? -1 : 1)
}
