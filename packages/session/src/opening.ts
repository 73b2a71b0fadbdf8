import type { SessionContext } from './context.ts'
import { isPromise } from './deadline.ts'
import { SessionError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { merged } from './merged.ts'
import { expiryOf, isTouchDue, judge, type Policy } from './policy.ts'
import { type Renewal, recognise, renewalOf, successorOf } from './renewal.ts'
import { migrationOf } from './schema-migration.ts'
import { wrapsAfter } from './sealed-opening.ts'
import type { MutableFields, SessionRecord } from './store.ts'
import { type MintedToken, parseToken, type Token } from './token.ts'

// Each time, another request of this browser has changed the record just then.
const mostRetries = 4
const mostUpgrades = 100

/**
 * The live record that a request's token opens, null for a visitor. Writes what its use changes: when it was last
 * seen, and its secret when that is due (the answer then carries the new cookie).
 */
export type Opening = (exchange: Exchange, touch: boolean) => Promise<SessionRecord | null>

interface Arrival {
  readonly exchange: Exchange
  readonly touch: boolean
  readonly text: string
  readonly token: Token
  /** How often the record changed between reading and writing it. */
  readonly retries: number
}

export function createOpening(context: SessionContext): Opening {
  return async (exchange, touch) => {
    const text = context.cookie.find(exchange.header('cookie'))
    const token = text === null ? null : parseToken(text)
    if (text === null || token === null) return null
    const answer = context.read(token.sid)
    const record = isPromise(answer) ? await answer : answer
    if (record === null) return null
    const opened = judgeArrival(
      context,
      record,
      { exchange, touch, text, token, retries: 0 },
      context.readsCopies,
    )
    return isPromise(opened) ? await opened : opened
  }
}

/** @param isCopy the record may be out of date, so that what it would refuse is asked of the store itself */
function judgeArrival(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
  isCopy: boolean,
): Promise<SessionRecord | null> | SessionRecord | null {
  const policy = context.policies.of(record)
  const now = context.now()
  const presented = recognise(record, arrival.token, arrival.text, policy, now)
  const judgement = judge(record, policy, now)
  const isGood = presented === 'current' || presented === 'previous'
  if (isGood && judgement === 'live') {
    if (context.values.isOutdated(record)) return upgrade(context, record, arrival, isCopy)
    const renewal = presented === 'current' ? dueRenewal(record, arrival, policy, now) : null
    if (presented === 'previous') handOver(context, record, arrival, successorOf(record, arrival.text))
    const isTouched = arrival.touch && isTouchDue(record, policy, now)
    const mayWrite = arrival.retries < mostRetries
    return mayWrite && (renewal || isTouched)
      ? write(context, record, arrival, { renewal, isTouched })
      : record
  }
  if (isCopy) return askAgain(context, arrival)
  if (presented === 'unknown') return null
  if (judgement !== 'live') return bury(context, record, judgement === 'idle-expired' ? 'idle' : 'absolute')
  return presented === 'reused' ? endReused(context, record, arrival) : null
}

/** Migrates the data of an older version, so that one of several requests at once does it and no write is lost. */
async function upgrade(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
  isCopy: boolean,
): Promise<SessionRecord | null> {
  if (isCopy) return askAgain(context, arrival)
  if (arrival.retries >= mostUpgrades) throw upgradeConflict()
  const patch = migrationOf(context, record, arrival.text)
  if (patch === null) return (await context.endUnreadable(record)) ? null : askAgain(context, arrival)
  const guard = { secretHash: record.secretHash, rev: record.rev }
  await context.update(record.sid, { ...patch, guard, owner: record.userId })
  return askAgain(context, arrival)
}

function upgradeConflict(): SessionError {
  return new SessionError(
    'update_conflict',
    'The data of this session met another write each time it was to be migrated. Send the request again.',
  )
}

/** A poll that is no sign of a user renews nothing, but it proves that the browser has the new secret. */
function dueRenewal(
  record: SessionRecord,
  { text, touch }: Arrival,
  policy: Policy,
  now: number,
): Renewal | null {
  const renewal = renewalOf(record, text, policy, now)
  return touch || renewal?.token === null ? renewal : null
}

interface Change {
  readonly renewal: Renewal | null
  readonly isTouched: boolean
}

/** Writes the use. Where the record changed meanwhile, it is judged again as it is now. */
async function write(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
  { renewal, isTouched }: Change,
): Promise<SessionRecord | null> {
  const fields: Partial<MutableFields> = { ...(isTouched && timesOf(context, record)), ...renewal?.fields }
  const wraps = wrapsAfter(context, record, arrival.text, renewal)
  if (!wraps) return (await context.endUnreadable(record)) ? null : askAgain(context, arrival)
  const guard = { ...wraps.guard, secretHash: record.secretHash }
  if (!(await context.update(record.sid, { fields, ...wraps.change, guard, owner: record.userId })))
    return askAgain(context, arrival)
  if (renewal?.token) {
    handOver(context, record, arrival, renewal.token)
    context.emit('session_renewed', record, { reason: 'renewal' })
  }
  return { ...record, ...fields, data: merged(record.data, wraps.change), rev: record.rev + 1 }
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
  { exchange }: Arrival,
  token: MintedToken | null,
): void {
  if (token) context.issueCookie(exchange, record, token.text)
}

async function askAgain(context: SessionContext, arrival: Arrival): Promise<SessionRecord | null> {
  const record = await context.read(arrival.token.sid, { fresh: true })
  if (record === null) return null
  return judgeArrival(context, record, { ...arrival, retries: arrival.retries + 1 }, false)
}

/** Removes a record whose time is up. Nobody is in it any more. */
async function bury(
  context: SessionContext,
  record: SessionRecord,
  reason: 'idle' | 'absolute',
): Promise<null> {
  // Guarded: a login in another request may have restarted the timeouts since this record was read.
  const guard = { secretHash: record.secretHash, rev: record.rev }
  if (await context.end(record.sid, guard)) {
    context.emit('session_expired', record, { reason })
    context.emit('session_use_after_expire', record, {})
  }
  return null
}

/** Somebody kept a copy of a secret that was replaced and used since: whoever they are, neither goes on. */
async function endReused(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
): Promise<SessionRecord | null> {
  const guard = { secretHash: record.secretHash }
  if (!(await context.end(record.sid, guard))) {
    return arrival.retries < mostRetries ? askAgain(context, arrival) : null
  }
  context.emit('authn_token_reuse', record, { renewedAt: record.renewedAt })
  context.emit('session_expired', record, { reason: 'reuse' })
  return null
}
