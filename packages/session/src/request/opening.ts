import type { Sighting } from '../clients/client.ts'
import { readClients } from '../clients/client-record.ts'
import { endSessionsOf } from '../ending/revocation.ts'
import { SessionError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { expiryOf, isTouchDue, judge, type Policy } from '../policies/policy.ts'
import { isPromise } from '../record/deadline.ts'
import { merged } from '../record/merged.ts'
import { migrationOf } from '../schema/schema-migration.ts'
import { wrapsAfter } from '../sealed/sealed-opening.ts'
import type { MutableFields, SessionRecord } from '../store.ts'
import type { SessionContext } from './context.ts'
import { type Renewal, recognise, renewalOf, successorOf } from './renewal.ts'
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
    const successor = presented === 'previous' ? successorOf(record, arrival.text) : null
    const isTouched = arrival.touch && isTouchDue(record, policy, now)
    const seen = context.clients?.see(record, arrival.exchange, isTouched, now) ?? null
    const mayWrite = arrival.retries < mostRetries
    if (mayWrite && (renewal || isTouched || seen)) {
      return write(context, record, arrival, { renewal, successor, isTouched, seen })
    }
    handOver(context, record, arrival, successor)
    return seen ? { ...record, data: merged(record.data, seen) } : record
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
  /** What the browser has not got yet. */
  readonly successor: MintedToken | null
  readonly isTouched: boolean
  readonly seen: Sighting | null
}

/** Writes the use. Where the record changed meanwhile, it is judged again as it is now. */
async function write(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
  { renewal, successor, isTouched, seen }: Change,
): Promise<SessionRecord | null> {
  const fields: Partial<MutableFields> = { ...(isTouched && timesOf(context, record)), ...renewal?.fields }
  const wraps = wrapsAfter(context, record, arrival.text, renewal)
  if (!wraps) return (await context.endUnreadable(record)) ? null : askAgain(context, arrival)
  const change = seen ? { ...wraps.change, set: { ...wraps.change.set, ...seen.set } } : wraps.change
  // One of several requests of a new client tells of it: the others find it known.
  const told = seen?.change ? { rev: record.rev } : {}
  const guard = { ...wraps.guard, ...told, secretHash: record.secretHash }
  if (!(await context.update(record.sid, { fields, ...change, guard, owner: record.userId })))
    return askAgain(context, arrival)
  // Not before: a request that a logout has overtaken must not leave its cookie behind (law 2).
  handOver(context, record, arrival, renewal?.token ?? successor)
  if (renewal?.token) context.emit('session_renewed', record, { reason: 'renewal' })
  if (seen?.change) context.emit('session_client_changed', record, seen.change)
  return { ...record, ...fields, data: merged(record.data, change), rev: record.rev + 1 }
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
  // The others first: should the store fail in between, the next use of the replaced secret goes on with it.
  if (context.tokenReuseEnds === 'user' && record.userId !== null)
    await endSessionsOf(context, record.userId, 'reuse', record.sid)
  const guard = { secretHash: record.secretHash }
  if (!(await context.end(record.sid, guard))) {
    return arrival.retries < mostRetries ? askAgain(context, arrival) : null
  }
  const [known = null] = readClients(record)
  const presented = context.describeClient(arrival.exchange)
  context.emit('authn_token_reuse', record, { renewedAt: record.renewedAt, known, presented })
  context.emit('session_expired', record, { reason: 'reuse' })
  return null
}
