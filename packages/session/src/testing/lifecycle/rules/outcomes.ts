import assert from 'node:assert/strict'
import type { Known } from '../running/action.ts'
import { type Action, describe, type Result } from '../running/action.ts'
import { sessionsPerUser } from '../settings.ts'
import { lawOf, policyNamedBy } from './deeds.ts'
import { expiryOf } from './ledger.ts'
import { opened } from './openings.ts'
import { wasClear } from './sealing.ts'
import type { Surroundings } from './surroundings.ts'

/** What must be true at the moment at which an action has ended. */
export function ended(around: Surroundings, result: Result): void {
  const { action, outcome } = result
  const isSweep = action.kind === 'measure' && action.measure.do === 'sweep'
  if (isSweep && action.isFailed) return
  // A sign-in whose record is written is one, whatever happens to the counting of sessions.
  const isDone = outcome === 'done' && action.isFailedLate && action.isWarned
  if (action.isFailed && !isDone)
    assert.equal(outcome, 'store_unavailable', `${describe(action)}, failed by the store (law 8)`)
  else if (action.kind === 'open') {
    assert.equal(outcome, 'done', `${describe(action)} ended with ${outcome}`)
    opened(around, action, result)
  } else if (action.kind === 'measure') assert.equal(outcome, 'done', describe(action))
  else {
    assertOutcome(around, action, result)
    assertCookies(around, action, result)
    assertUnread(around, action, result)
  }
  if (outcome === 'done') {
    for (const known of action.doomed)
      assert.equal(known.record, null, `${describe(action)} left a session (law 10)`)
  }
  if (!action.isFailed) assertEvents(action, result)
  if (action.kind === 'deed' && action.deed.do === 'login') assertLimit(around, action, outcome)
}

type DeedAction = Extract<Action, { kind: 'deed' }>

function assertOutcome(around: Surroundings, action: DeedAction, result: Result): void {
  const { kind } = lawOf(action.deed)
  const { request } = action
  const known = request.holds ?? action.held
  const { outcome, seen } = result
  const what = `${describe(action)} ended with ${outcome}`
  if (seen.unreadable !== null) {
    assert.equal(seen.unreadable, 'session_superseded', `${what}, and values that cannot be read`)
    assert.ok(mayBeLocked(around, action, known), `${what}, and values that another secret opens`)
  }
  const wasDead = known === null || known.record === null || known.deadTick >= action.startTick
  if (outcome === 'answer_started') {
    assert.ok(isTooLate(action, known), `${what}, although its head has not left`)
    assert.equal(action.operations, 0, `${what}, after it has asked the store (law 9)`)
  } else if (known === null && result.held === null && request.isLost && kind !== 'login') {
    const isNothing = ['unset', 'pause', 'head', 'watch', 'revokeOthers'].includes(action.deed.do)
    assert.equal(
      outcome,
      isNothing ? 'done' : 'session_superseded',
      `${what}, with a token that is out of date`,
    )
  } else if (outcome === 'session_ended') {
    assert.ok(kind === 'write' || kind === 'rotation', what)
    const isVisitor = kind === 'rotation' && result.seen.userId === null
    assert.ok(isVisitor || (known !== null && wasDead), `${what}, and it has not`)
  } else if (outcome === 'session_superseded') {
    assert.ok(maySupersede(around, action, known), `${what}, and nobody else was there`)
  } else if (outcome === 'reauthentication_required') {
    assert.ok(isOverUnderPolicy(action, known), what)
  } else if (outcome === 'too_many_sessions') {
    assert.equal(around.settings.limit, 'refuse', what)
    assert.ok(action.mayRefuse, what)
  } else {
    assert.equal(outcome, 'done', what)
    const wasTooLate = request.step.isUpgrade || request.headTick < action.startTick
    assert.ok(!wasTooLate || !isTooLate(action, known), `${what}, though no answer can say so (law 9)`)
    assertDone(around, action, known, result)
  }
}

/** Whether a deed needs a cookie that the answer can carry no more. */
function isTooLate({ request, deed }: DeedAction, known: Known | null): boolean {
  const { kind } = lawOf(deed)
  if (!request.head.isOut && !request.step.isUpgrade) return false
  const isFirst = kind === 'write' && known === null && deed.do !== 'unset'
  return kind === 'login' || (kind === 'rotation' && known !== null) || isFirst
}

/** Whether it may have been sealed since the request read it, for secrets that the request has not got. */
function mayBeLocked({ ledger }: Surroundings, { request }: DeedAction, known: Known | null): boolean {
  return known !== null && wasClear(ledger, request, known.sid)
}

/** Whether a deed may be refused for what others have done. */
function maySupersede(around: Surroundings, action: DeedAction, known: Known | null): boolean {
  const { kind } = lawOf(action.deed)
  const { isLost } = action.request
  if (kind === 'login') return around.settings.limit === 'evict' && action.mayRefuse
  if (known === null) return isLost === null
  // Who only writes finds the end of a session before anything else.
  if (kind === 'write') return isOvertaken(around, action, known) || mayBeLocked(around, action, known)
  if (kind === 'logout') return action.heldUserId === null && known.last.userId !== null
  const wasDead = known.record === null || known.deadTick >= action.startTick
  return wasDead || isOvertaken(around, action, known) || isOutlived(action, known)
}

/** Whether somebody else has taken the session to another family since the request came. */
function isOvertaken({ ledger }: Surroundings, { request }: DeedAction, known: Known): boolean {
  return !ledger.isOfFamily(request, known)
}

/** Whether the request's own secret may have been dead: one that was replaced, and outlived its overlap. */
function isOutlived({ request, startTick }: DeedAction, known: Known): boolean {
  const { made, presented } = request
  const own = made?.session === known ? made : presented
  return own?.session !== known || own.badTick >= startTick
}

/** Whether the session would have been over at once under the policy that was asked for. */
function isOverUnderPolicy({ deed, highest }: DeedAction, known: Known | null): boolean {
  const named = policyNamedBy(deed)
  if (!known || !named || (deed.do !== 'elevate' && deed.do !== 'drop')) return false
  return highest >= expiryOf({ ...known.last, lastSeenAt: highest, policy: named })
}

/** Beyond somebody else's privilege boundary, a handle has read nothing (law 5). */
function assertUnread({ ledger }: Surroundings, action: DeedAction, { held, seen }: Result): void {
  const { request } = action
  const left = held && ledger.leftAt(request, held)
  if (!held || left === null) return
  const former = held.versions.filter(({ from }) => from < left)
  for (const [key, value] of Object.entries(seen.data)) {
    const isOwn = request.step.deeds.some(
      (each) => each.do === 'set' && each.key === key && each.value === value,
    )
    const wasThere = former.some(({ view }) => view.data[key] === value)
    assert.ok(isOwn || wasThere, `${describe(action)} read ${key} beyond a privilege boundary (law 5)`)
  }
}

/** What must have happened for a deed to be done. */
function assertDone(around: Surroundings, action: DeedAction, known: Known | null, result: Result): void {
  const { deed } = action
  const { kind } = lawOf(deed)
  const what = `${describe(action)} is done`
  if (kind === 'login') {
    assert.ok(action.isApplied, `${what} and no new secret (law 5)`)
    assert.equal(result.seen.userId, action.userId, what)
    assertKept(around, action, what)
  }
  if (kind === 'rotation' && known) assert.ok(action.rotated, `${what} and no new secret (law 5)`)
  if (kind === 'write' && known) {
    const mustWrite =
      deed.do === 'set' || deed.do === 'count' || (deed.do === 'unset' && action.held !== null)
    assert.ok(action.isApplied || !mustWrite, `${what} and nothing was written (law 9)`)
    if (deed.do === 'set')
      assert.equal(result.seen.data[deed.key], deed.value, `${what} and reads another value`)
    const wasLive = known.liveTick >= action.startTick
    const sawPolicy = known.policyTime < action.request.openedTime - around.maxStale
    assert.ok(wasLive || !mustWrite || !sawPolicy, `${what}, after its session (law 2)`)
  }
  if (kind === 'logout')
    assert.ok(!known?.record || known !== action.held, `${what} and the session lives (law 10)`)
  if (deed.do === 'logout') assert.equal(result.sid, null, what)
  if (deed.do === 'csrf' && known) remember(around, action, known, result)
}

/** A sign-in goes on with the visitor's session where it can, and ends another user's (law 5). */
function assertKept(around: Surroundings, action: DeedAction, what: string): void {
  const { replaced, heldUserId, userId } = action
  if (!replaced) return
  const isAnothers = heldUserId !== null && heldUserId !== userId
  const isGone = replaced.record === null
  if (isAnothers) assert.ok(isGone, `${what} and the session of the user before lives (law 5)`)
  const wasDead = isGone || replaced.deadTick >= action.startTick
  const isLost = isOvertaken(around, action, replaced) || isOutlived(action, replaced)
  assert.ok(wasDead || isLost, `${what} in a fresh session, without a reason`)
}

function remember(around: Surroundings, { request }: DeedAction, session: Known, { value }: Result): void {
  const until = session.versions.at(-1)?.view.epoch ?? 0
  const { ledger } = around
  around.csrfTokens.push({
    session,
    token: String(value),
    from: request.epoch,
    until,
    givenTick: ledger.tick,
    givenTime: ledger.clock.now(),
  })
}

/** A new secret reaches the browser, and a logout takes the cookie away. */
function assertCookies({ ledger }: Surroundings, action: DeedAction, { outcome, cookies }: Result): void {
  if (outcome !== 'done' || action.request.head.isOut || action.request.step.isUpgrade) return
  const cookie = cookies.at(-1)
  const made = action.rotated ?? action.created?.generations[0]
  if (made) {
    const given = typeof cookie === 'string' ? ledger.generationOf(cookie) : null
    // Where it is over already, nothing is left behind in the browser.
    const isOver = made.session.record?.secretHash !== made.hash && given === null
    assert.ok(isOver || given === made, `${describe(action)} gave the browser another cookie than its own`)
  }
  if (action.deed.do === 'logout' && action.held) assert.equal(cookie, null, 'a logout left its cookie')
}

function assertEvents(action: Action, { outcome, held }: Result): void {
  const expected = [...action.expectedEvents]
  if (outcome === 'done' && action.kind === 'deed') {
    if (action.created) expected.push([['session_created']])
    if (action.deed.do === 'logout' && held) expected.push([['session_logout']])
    if (action.rotated) expected.push([[`session_renewed ${action.deed.do}`]])
  }
  let lists: string[][] = [[]]
  for (const each of expected) lists = lists.flatMap((list) => each.map((more) => [...list, ...more]))
  const seen = action.events.toSorted().join(', ')
  const wanted = lists.map((list) => list.toSorted().join(', '))
  assert.ok(wanted.includes(seen), `${describe(action)} told "${seen}", not "${wanted.join('" or "')}"`)
}

/** When no sign-in of theirs is under way, nobody has more sessions than they may have. */
function assertLimit(
  { ledger, settings: { limit }, underWay, excused }: Surroundings,
  action: DeedAction,
  outcome: string,
): void {
  const { userId } = action
  if (limit === 'none' || userId === null) return
  const isSame = (each: Action) => each.kind === 'deed' && each.deed.do === 'login' && each.userId === userId
  if (action.isFailed) excused.add(userId)
  if ([...underWay].some(isSame)) return
  if (outcome === 'done' && !action.isFailed) excused.delete(userId)
  if (excused.has(userId)) return
  const count = ledger.liveOf(userId).length
  assert.ok(count <= sessionsPerUser, `${count} sessions of a user who may have ${sessionsPerUser}`)
}
