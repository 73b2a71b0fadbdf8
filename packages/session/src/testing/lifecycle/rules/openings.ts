import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { Action, Generation, Known, Result, SeenView, Version } from '../running/action.ts'
import { renewalInterval, renewalOverlap } from '../settings.ts'
import { type Ledger, touchIntervalOf, usableSince } from './ledger.ts'
import type { CsrfToken, Surroundings } from './surroundings.ts'

type OpenAction = Extract<Action, { kind: 'open' }>

/** What a request's cookie must have opened, by what its secret was between its coming and its being let in. */
export function opened(around: Surroundings, action: OpenAction, result: Result): void {
  const { presented } = action.request
  if (result.sid === null) {
    assert.deepEqual(result.cookies, [], 'a cookie for a request that opened nothing (law 6)')
    noteLost(around, action)
    if (presented) refused(around, action, presented)
  } else {
    action.request.isLost = false
    assert.ok(presented, 'a secret that no session ever had opened one (laws 1 and 6)')
    letIn(around, action, presented, result)
  }
}

function letIn(around: Surroundings, action: OpenAction, presented: Generation, result: Result): void {
  const { session } = presented
  assert.equal(result.sid, session.sid)
  const { startTick, startTime } = action
  const wasGood = presented.goodTick >= startTick || presented.goodTime > startTime - around.maxStale
  assert.ok(
    wasGood,
    `a secret opened a session although it was ${around.ledger.judgeSecret(presented).join()}`,
  )
  assertView(around, action, session, result)
  // A copy may be let in with; what it wrote was judged at the store.
  if (around.maxStale === 0) used(around, action, presented, result)
  action.request.holds = session
  const version = versionsSince(around, action, session)[0]
  action.request.epoch = version?.view.epoch ?? 0
}

function refused({ ledger }: Surroundings, action: OpenAction, presented: Generation): void {
  const { startTick, request, events } = action
  const isLive = ledger.isLive(presented.session)
  const wasAlwaysGood = isLive && presented.badTick < startTick
  assert.ok(!wasAlwaysGood, 'a browser with a good secret was not let in')
  const wasTheft = isLive && presented.harmlessTick < startTick
  assert.ok(!wasTheft, 'a thief with a secret that was replaced was not found out')
  if (!request.isThief) assertCause(ledger, action, presented)
  if (request.tokenReuseEnds === 'user' && events.includes('authn_token_reuse')) {
    const userId = userIdAt(presented.session, startTick)
    const others = [...ledger.sessions.values()].filter((known) => userIdAt(known, startTick) === userId)
    const left = userId !== null && others.some(({ record }) => record !== null)
    assert.ok(!left, 'a session of a user lives whose token was used again')
  }
}

/** Nobody is signed out but for what another holder, a lost answer or a late one has brought about (laws 6 and 8). */
function assertCause(ledger: Ledger, { request, startTick }: OpenAction, presented: Generation): void {
  const { session } = presented
  const wasLive = ledger.isLive(session) && session.deadTick < startTick
  if (!wasLive || presented.goodTick >= startTick || session.isShared || request.isOld) return
  const isMissing = ledger.laterThan(presented).some(({ by }) => {
    const made = by?.request
    const isOwn = made?.step.client === request.step.client
    return isOwn && (by?.isFailed || made.deliveredTick >= request.openedTick)
  })
  assert.ok(isMissing, 'a browser was signed out without a cause')
}

/** Whether the token names a session that lives under another secret, as far as that was so all the while. */
function noteLost({ ledger }: Surroundings, { request, startTick }: OpenAction): void {
  const { named, presented, lastReadTime } = request
  // A process that stood still judges by what the store said before.
  if (ledger.clock.now() !== lastReadTime) request.isLost = null
  else if (!named || named.liveTick < startTick) request.isLost = false
  else if (named.deadTick >= startTick || (presented?.goodTick ?? 0) >= startTick) request.isLost = null
  else request.isLost = true
}

/** Undefined where there was no session then. */
function userIdAt({ versions }: Known, tick: number): string | null | undefined {
  return versions.findLast(({ from }) => from <= tick)?.view.userId
}

/** What its use must have left: when the session was last seen, and the secret that was due. */
function used(
  { ledger }: Surroundings,
  action: OpenAction,
  presented: Generation,
  { cookies }: Result,
): void {
  const { request, startTick, startTime } = action
  const { session } = presented
  const { touch } = request.step
  const last = session.generations.at(-1)
  if (touch && session.record) {
    const { lastSeenAt } = session.record
    assert.ok(
      action.lowest - lastSeenAt < touchIntervalOf(session.last) + 1000,
      'use was not written (law 4)',
    )
  }
  if (presented === last && (last.cause === 'renewal' || last.cause === 'join')) {
    assert.notEqual(last.usedAt, null, 'the first use of a new secret was not written')
  }
  if (touch && !request.step.isUpgrade && presented === last && last.bornTick < startTick) {
    const since = usableSince(last)
    assert.ok(
      since === null || action.lowest - since < renewalInterval,
      'a secret was not renewed when it was due',
    )
  }
  for (const cookie of cookies) {
    const given = cookie === null ? null : ledger.generationOf(cookie)
    assert.ok(given?.session === session && given.cause === 'renewal', 'a request was given another cookie')
    assert.ok(session.generations.indexOf(given) > session.generations.indexOf(presented))
  }
  const next = session.generations[session.generations.indexOf(presented) + 1]
  const isWaiting = next?.cause === 'renewal' && next.usedAt === null && next === last
  const isInTime = ledger.clock.now() <= startTime + renewalOverlap - ledger.apart
  if (isWaiting && next.bornTick <= startTick && isInTime && !request.step.isUpgrade) {
    assert.equal(cookies.length, 1, 'who has not got the new secret was not given it again')
  }
}

function assertView(around: Surroundings, action: OpenAction, session: Known, { seen, time }: Result): void {
  assert.equal(seen.unreadable, null, 'who was let in could not read the values')
  const versions = versionsSince(around, action, session)
  const fits = versions.some((version) => isSeen(version, seen, time))
  const wanted = JSON.stringify(versions.map(({ view }) => view))
  assert.ok(fits, `a request saw ${JSON.stringify({ ...seen, csrf: undefined })}, none of ${wanted} (law 3)`)
  const [oldest, newest] = [versions[0]?.view.epoch ?? 0, versions.at(-1)?.view.epoch ?? 0]
  for (const [at, token] of around.csrfTokens.entries()) {
    const isGood = seen.csrf[at]
    if (isGood === undefined) continue
    if (token.session !== session) assert.equal(isGood, false, 'a CSRF token of another session is good')
    else if (token.until < oldest) assert.equal(isGood, false, 'a CSRF token of before a sign-in is good')
    else if (isOld(token) && token.from === token.until && token.from === oldest && oldest === newest)
      assert.equal(isGood, true, 'a CSRF token is not good in its session')
  }
  function isOld({ givenTick, givenTime }: CsrfToken): boolean {
    return givenTick < action.startTick && givenTime <= action.startTime - around.maxStale
  }
}

function versionsSince({ maxStale }: Surroundings, action: OpenAction, session: Known): readonly Version[] {
  const { startTick, startTime } = action
  return session.versions.filter(
    ({ until, untilTime }) => until >= startTick || untilTime > startTime - maxStale,
  )
}

function isSeen({ view }: Version, seen: SeenView, time: number): boolean {
  const { privilege } = view
  const mayHave = privilege !== null && time < privilege.until
  const mustHave = privilege !== null && time < privilege.from
  return (
    (seen.hasPrivilege ? mayHave : !mustHave) &&
    view.userId === seen.userId &&
    isDeepStrictEqual(view.methods, seen.methods) &&
    isDeepStrictEqual(view.data, seen.data)
  )
}
