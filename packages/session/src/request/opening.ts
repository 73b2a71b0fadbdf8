import type { Sighting } from '../clients/client.ts'
import { isPromise } from '../deadline/deadline.ts'
import { endReused } from '../ending/reuse.ts'
import { SessionError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { privilegesOf } from '../policies/assurance.ts'
import { expiryOf, isTouchDue, judge, type Policy } from '../policies/policy.ts'
import { merged } from '../record/merged.ts'
import { isRefreshToken } from '../record/refresh-token.ts'
import { migrationOf } from '../schema/schema-migration.ts'
import { wrapsAfter } from '../sealed/sealed-opening.ts'
import { formerSignIn } from '../secret/former-sign-in.ts'
import { type Renewal, recognise, renewalOf, successorOf } from '../secret/renewal.ts'
import { type MintedToken, parseToken, type Token } from '../secret/token.ts'
import type { MutableFields, SessionRecord } from '../store.ts'
import type { SessionContext } from './context.ts'
import { nobody, type Opened } from './opened.ts'

// Each time, another request of this browser has changed the record just then.
const mostRetries = 4
const mostUpgrades = 100

/**
 * What a request's token opens. Writes what its use changes: when it was last seen, and its secret when that is due
 * (the answer then carries the new cookie).
 */
export type Opening = (exchange: Exchange, touch: Touch) => Promise<Opened>

/** Whether a request is a sign of its user. */
export type Touch = boolean | ((exchange: Exchange) => boolean)

interface Arrival {
  readonly exchange: Exchange
  readonly touch: Touch
  readonly text: string
  readonly token: Token
  /** How often the record changed between reading and writing it. */
  readonly retries: number
  /** When the first operation for it began (performance.now): all of them together have one deadline. */
  readonly since: number
  /** The same by the clock. */
  readonly at: number
}

type Judged = Promise<Opened> | Opened

export function createOpening(context: SessionContext): Opening {
  function openOne(exchange: Exchange, touch: Touch, text: string): Judged {
    const token = parseToken(text)
    if (token === null) return nobody
    const since = performance.now()
    const arrival: Arrival = { exchange, touch, text, token, retries: 0, since, at: context.now() }
    const answer = context.read(token.sid)
    return isPromise(answer)
      ? answer.then((record) => judgeArrival(context, record, arrival, context.readsCopies))
      : judgeArrival(context, answer, arrival, context.readsCopies)
  }

  return async (exchange, touch) => {
    const found = context.cookie.candidates(exchange.header('cookie'))
    const first = found[0]
    if (first === undefined) return nobody
    if (found.length === 1) return openOne(exchange, touch, first)
    return oneOf(await openAll(found.map((text) => () => openOne(exchange, touch, text))))
  }
}

// One after the other: two of one session, before and after a renewal, must not be two requests at once.
async function openAll(openings: readonly (() => Judged)[]): Promise<Opened[]> {
  const opened: Opened[] = []
  for (const open of openings) opened.push(await open())
  return opened
}

/**
 * Several cookies of one name: of another scope before a release, or planted by a sibling host (cookie tossing). The only
 * one that opens a live session is believed; where two do, neither is, for it could be another user's.
 */
function oneOf(opened: readonly Opened[]): Opened {
  const live = opened.filter(({ record }) => record !== null)
  const sids = new Set(live.map(({ record }) => record?.sid))
  if (sids.size > 1) return nobody
  return live[0] ?? opened.find(({ lost }) => lost !== null) ?? nobody
}

/** @param isCopy the record may be out of date, so that what it would refuse is asked of the store itself */
function judgeArrival(
  context: SessionContext,
  stored: SessionRecord | null,
  arrival: Arrival,
  isCopy: boolean,
): Judged {
  if (stored === null || isRefreshToken(stored) !== (context.opens === 'refresh tokens')) return nobody
  const policy = context.policies.of(stored)
  const now = context.now()
  const record = context.clock.settled(stored, now)
  const presented = recognise(record, arrival.token, arrival.text, policy, { now, arrivedAt: arrival.at })
  const judgement = judge(record, policy, now)
  const isGood = presented === 'current' || presented === 'previous'
  if (isGood && judgement === 'live') {
    if (context.values.isOutdated(record)) return upgrade(context, record, arrival, isCopy)
    const renewal = presented === 'current' ? dueRenewal(record, arrival, policy, now) : null
    const successor = presented === 'previous' ? successorOf(record, arrival.text) : null
    const isTouched = (record !== stored || isTouchDue(record, policy, now)) && isSignOfUser(arrival)
    const seen = context.clients?.see(record, arrival.exchange, isTouched, now) ?? null
    const mayWrite = arrival.retries < mostRetries
    if (mayWrite && (renewal || isTouched || seen || record !== stored)) {
      return write(context, record, arrival, {
        renewal,
        successor,
        isTouched,
        seen,
        isMended: record !== stored,
      })
    }
    handOver(context, record, arrival, successor)
    return letIn(arrival, seen ? { ...record, data: merged(record.data, seen) } : record)
  }
  if (isCopy) return askAgain(context, arrival)
  if (judgement === 'live')
    return presented === 'reused'
      ? refuseReused(context, record, arrival)
      : {
          record: null,
          text: arrival.text,
          lost: { record, wasReplaced: presented === 'replaced' },
          askedAt: arrival.since,
        }
  if (presented === 'unknown') return nobody
  return bury(context, record, arrival, judgement === 'idle-expired' ? 'idle' : 'absolute')
}

function letIn({ text, since }: Arrival, record: SessionRecord): Opened {
  return { record, text, lost: null, askedAt: since }
}

function isSignOfUser({ touch, exchange }: Arrival): boolean {
  return typeof touch === 'function' ? touch(exchange) : touch
}

/** Migrates the data of an older version, so that one of several requests at once does it and no write is lost. */
async function upgrade(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
  isCopy: boolean,
): Promise<Opened> {
  if (isCopy) return askAgain(context, arrival)
  if (arrival.retries >= mostUpgrades) throw upgradeConflict()
  const patch = migrationOf(context, record, arrival.text)
  if (patch === null) return (await context.endUnreadable(record)) ? nobody : askAgain(context, arrival)
  const guard = { secretHash: record.secretHash, rev: record.rev }
  await context.update(record.sid, { ...patch, guard, owner: record.userId }, arrival.since)
  return askAgain(context, arrival)
}

function upgradeConflict(): SessionError {
  return new SessionError(
    'update_conflict',
    'The data of this session met another write each time it was to be migrated. Send the request again.',
  )
}

/**
 * A poll that is no sign of a user renews nothing, nor does an answer that can carry no cookie; but each proves that the
 * browser has the new secret.
 */
function dueRenewal(record: SessionRecord, arrival: Arrival, policy: Policy, now: number): Renewal | null {
  const renewal = renewalOf(record, arrival.text, policy, now)
  if (!renewal?.token) return renewal
  return canHandOver(arrival) && isSignOfUser(arrival) ? renewal : null
}

function canHandOver({ exchange }: Arrival): boolean {
  return exchange.canSetCookie !== false
}

interface Change {
  readonly renewal: Renewal | null
  /** What the browser has not got yet. */
  readonly successor: MintedToken | null
  readonly isTouched: boolean
  readonly seen: Sighting | null
  /** Its times were in the future, and are written as they count from now on. */
  readonly isMended: boolean
}

/** Writes the use. Where the record changed meanwhile, it is judged again as it is now. */
async function write(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
  { renewal, successor, isTouched, seen, isMended }: Change,
): Promise<Opened> {
  const fields: Partial<MutableFields> = {
    ...(isMended && mendedTimes(record)),
    ...(isTouched && timesOf(context, record)),
    ...renewal?.fields,
  }
  const wraps = wrapsAfter(context, record, arrival.text, renewal)
  if (!wraps) return (await context.endUnreadable(record)) ? nobody : askAgain(context, arrival)
  const unset = [...(wraps.change.unset ?? []), ...passing(record, isMended)]
  const set = seen ? { ...wraps.change.set, ...seen.set } : wraps.change.set
  const change = { ...(set && { set }), ...(unset.length > 0 && { unset }) }
  // One of several requests of a new client tells of it: the others find it known.
  const told = seen?.change ? { rev: record.rev } : {}
  const guard = { ...wraps.guard, ...told, secretHash: record.secretHash }
  if (!(await context.update(record.sid, { fields, ...change, guard, owner: record.userId }, arrival.since)))
    return askAgain(context, arrival)
  // Not before: a request that a logout has overtaken must not leave its cookie behind (law 2).
  handOver(context, record, arrival, renewal?.token ?? successor)
  if (renewal?.token) context.emit('session_renewed', record, { reason: 'renewal' })
  if (seen?.change) context.emit('session_client_changed', record, seen.change)
  return letIn(arrival, { ...record, ...fields, data: merged(record.data, change), rev: record.rev + 1 })
}

/** What the record keeps for moments only, and the privileges that a wrong clock has granted: nobody knows for how long. */
function passing(record: SessionRecord, isMended: boolean): string[] {
  return [...formerSignIn(record), ...(isMended ? privilegesOf(record) : [])]
}

function mendedTimes(record: SessionRecord): Partial<MutableFields> {
  const { authenticatedAt, lastSeenAt, renewedAt, previous, expiresAt } = record
  return { authenticatedAt, lastSeenAt, renewedAt, previous, expiresAt }
}

function timesOf(
  context: SessionContext,
  record: SessionRecord,
): Pick<MutableFields, 'lastSeenAt' | 'expiresAt'> {
  const lastSeenAt = context.now()
  return { lastSeenAt, expiresAt: expiryOf({ ...record, lastSeenAt }, context.policies.of(record)) }
}

function handOver(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
  token: MintedToken | null,
): void {
  if (!token || !canHandOver(arrival)) return
  // It can be had again: the next request is given the same one. Counted from when the store was asked, for this process
  // may have stood still since, and another has renewed the secret once more.
  const until = arrival.at + context.policies.of(record).renewalOverlap
  context.issueCookie(arrival.exchange, record, token, performance.now(), until)
}

async function askAgain(context: SessionContext, arrival: Arrival): Promise<Opened> {
  const record = await context.read(arrival.token.sid, { fresh: true }, arrival.since)
  return judgeArrival(context, record, { ...arrival, retries: arrival.retries + 1 }, false)
}

/** Removes a record whose time is up. Nobody is in it any more. */
async function bury(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
  reason: 'idle' | 'absolute',
): Promise<Opened> {
  // It is refused in any case; but if the clock is wrong, that must not cost everybody's sessions.
  if (context.clock.hasJumped) return nobody
  // Guarded: another request may have used the session since this record was read, and this process may have stood still.
  const guard = { secretHash: record.secretHash, rev: record.rev }
  if (!(await context.end(record, guard, arrival.since)))
    return arrival.retries < mostRetries ? askAgain(context, arrival) : nobody
  context.emit('session_expired', record, { reason })
  context.emit('session_use_after_expire', record, {})
  return nobody
}

async function refuseReused(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
): Promise<Opened> {
  if (await endReused(context, record, arrival.exchange)) return nobody
  return arrival.retries < mostRetries ? askAgain(context, arrival) : nobody
}
