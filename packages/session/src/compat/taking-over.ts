import { createHmac, hash } from 'node:crypto'
import { startSession } from '../boundaries/start.ts'
import { isSessionError } from '../errors.ts'
import { reservedPrefix } from '../record/values/json.ts'
import type { SessionContext } from '../request/context.ts'
import type { Held } from '../request/held.ts'
import { type MintedToken, mintNonce, mintToken, secretHashOf } from '../secret/token.ts'
import type { SessionRecord } from '../store.ts'
import type { FormerSession, FormerSessions } from './former-store.ts'
import type { SignedId } from './signed-cookie.ts'

/** What a session of an earlier library becomes. */
export interface Successor {
  readonly userId: string | null
  readonly policy: string
  /** Encoded, as records keep it. */
  readonly data: SessionRecord['data']
}

/** A session that was taken over by this request, or moments ago by another one with the same cookie. */
export interface TakenOver {
  /** Null where another request has taken it, and the former store has it no more. */
  readonly former: FormerSession | null
}

/**
 * Takes the live session of an earlier library over, under a token that nobody has seen: whoever planted the old cookie
 * has nothing of the new session. Once: a mark in our own store, made in one step, says that the ID is dead, also where
 * a process of before writes it into the former store again. Requests that come at once with the same cookie are given
 * the same token, as by a renewal (decisions/0011).
 * @param handle a visitor's
 * @throws SessionError `store_unavailable`, and what `successorOf` throws; the former session is untouched then
 */
export async function takeOver(
  handle: Held,
  signedIds: readonly SignedId[],
  formerSessions: FormerSessions,
  successorOf: (session: FormerSession) => Successor,
): Promise<TakenOver | null> {
  const { context } = handle
  const found = await liveOf(signedIds, formerSessions, context.now())
  for (const { id, text, former } of found) {
    // Before the mark: a session that cannot be kept stays where it is, and the error says why.
    const successor = former && successorOf(former)
    const claim = await claimOf(context, id, former)
    const token = claim && tokenFrom(text, claim.nonce)
    const isStarted = claim && token && successor && (await started(handle, token, successor, claim))
    const isOpen = isStarted || (token !== null && (await joined(handle, token)))
    if (former) await destroyed(context, formerSessions, id)
    if (isOpen) return { former }
  }
  return null
}

interface Found extends SignedId {
  /** Null where the former store has it no more. */
  readonly former: FormerSession | null
}

/**
 * Several cookies of one name, of which one may be planted by a sibling host: the only one of a live session is believed.
 * Where two are, neither is, as with our own.
 */
async function liveOf(ids: readonly SignedId[], sessions: FormerSessions, now: number): Promise<Found[]> {
  const found: Found[] = []
  for (const each of ids) found.push({ ...each, former: await sessions.read(each.id, now) })
  const live = found.filter(({ former }) => former !== null)
  if (live.length > 1) return []
  return live.length === 1 ? live : found
}

interface Claim {
  readonly sid: string
  readonly nonce: string
  /** The mark, where this request made it. */
  readonly mark: SessionRecord | null
  /** Whether the session may be started: not once it was, for it may have ended since. */
  readonly isOpen: boolean
}

async function started(
  handle: Held,
  token: MintedToken,
  successor: Successor,
  { sid, mark, isOpen }: Claim,
): Promise<boolean> {
  if (!isOpen) return false
  const { context } = handle
  try {
    await startSession(handle, { ...successor, replaces: null, token, authenticatedAt: null })
  } catch (error) {
    if (isTaken(error)) return false
    // So that the next request can try again.
    if (mark) await context.end(mark, { secretHash: mark.secretHash }).catch(() => false)
    throw error
  }
  await context.update(sid, { set: { [doneKey]: '1' } }).catch(() => false)
  return true
}

async function joined(handle: Held, token: MintedToken): Promise<boolean> {
  const record = await handle.fresh(token.sid)
  if (!record || record.secretHash !== token.secretHash || !handle.context.isLive(record)) return false
  handle.adopt(record, token, null, performance.now())
  return true
}

const nonceKey = `${reservedPrefix}nonce`
const doneKey = `${reservedPrefix}done`
const markPolicy = `${reservedPrefix}taken-over`
// A process of before may write a session again for as long as it runs, and its store may keep that for as long.
const markedFor = 30 * 86_400_000

/** Null where the ID was taken over before, or was never one. */
async function claimOf(
  context: SessionContext,
  id: string,
  former: FormerSession | null,
): Promise<Claim | null> {
  const now = context.now()
  // A colon: no cookie opens it (as decisions/0028).
  const sid = `taken:${hash('sha256', `latchkey taken over ${id}`, 'base64url')}`
  if (former) {
    const nonce = mintNonce()
    const mark: SessionRecord = {
      sid,
      userId: null,
      secretHash: mintToken().secretHash,
      previous: null,
      policy: markPolicy,
      createdAt: now,
      authenticatedAt: null,
      lastSeenAt: now,
      renewedAt: now,
      expiresAt: Math.max(now + markedFor, former.cookie.expires ?? 0),
      rev: 0,
      data: { [nonceKey]: nonce },
    }
    try {
      await context.create(mark)
      return { sid, nonce, mark, isOpen: true }
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
  const mark = await context.read(sid, { fresh: true })
  const nonce = mark?.data[nonceKey]
  // What a browser sent before it had the answer to its first request.
  const isUnderWay = mark && now < mark.createdAt + context.policies.named('default').renewalOverlap
  if (nonce === undefined || !isUnderWay) return null
  return { sid, nonce, mark: null, isOpen: mark.data[doneKey] === undefined }
}

/** The same for everybody with the old cookie, and for nobody without it. */
function tokenFrom(text: string, nonce: string): MintedToken {
  const bytes = createHmac('sha512', text).update(`latchkey take-over ${nonce}`).digest()
  // Encoded apart, as in token.ts.
  const sid = bytes.toString('base64url', 0, 15)
  const token = sid + bytes.toString('base64url', 15, 48)
  return { sid, text: token, secretHash: secretHashOf(token) }
}

async function destroyed(context: SessionContext, former: FormerSessions, id: string): Promise<void> {
  try {
    await former.destroy(id)
  } catch {
    context.warn(
      'latchkey: the former store did not destroy a session that was taken over. Its old ID opens nothing here; it may ' +
        'still do so where the former library runs.',
    )
  }
}

function isTaken(error: unknown): boolean {
  return isSessionError(error) && error.code === 'sid_taken'
}
