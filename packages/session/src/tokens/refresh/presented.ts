import { endReused } from '../../ending/reuse.ts'
import type { Exchange } from '../../exchange.ts'
import { type RefreshNote, refreshNoteOf } from '../../record/refresh-token.ts'
import type { SessionContext } from '../../request/context.ts'
import { recognise } from '../../secret/renewal.ts'
import { parseToken } from '../../secret/token.ts'
import type { SessionRecord } from '../../store.ts'

/** A refresh token that somebody has sent, and what it is for. */
export interface Presented {
  readonly text: string
  readonly record: SessionRecord
  readonly note: RefreshNote
  /** When it came, by the clock. */
  readonly at: number
  /** The same by performance.now: all operations for it have one deadline together. */
  readonly since: number
}

const mostRetries = 4

/**
 * The refresh token that the text is, or was before it was replaced; null for anything else, a cookie's token included.
 * @throws SessionError `store_unavailable`
 */
export async function findPresented(context: SessionContext, text: string): Promise<Presented | null> {
  const token = parseToken(text)
  if (!token) return null
  const [at, since] = [context.now(), performance.now()]
  const stored = await context.read(token.sid, { fresh: true }, since)
  const record = stored && context.clock.settled(stored, at)
  const note = record && refreshNoteOf(record)
  if (!record || !note) return null
  const presented = { text, record, note, at, since }
  return recognised(context, presented) === 'unknown' ? null : presented
}

/**
 * Whether the token may be used. One that was replaced may come again for as long as nobody has used its successor: an
 * answer gets lost. Not for ever, or a thief and the client would each be given what the other got, side by side; where a
 * key is needed as well, the client is the only one who can. Whoever brings an older one holds a copy (RFC 9700 section
 * 4.14.2), but not in the moment after a renewal, when a request may have been overtaken.
 */
export function judgePresented(
  context: SessionContext,
  presented: Presented,
  repeatFor: number,
): 'good' | 'refused' | 'reused' {
  const { record, note, at } = presented
  const age = at - record.renewedAt
  const kind = recognised(context, presented)
  if (kind === 'current') return 'good'
  // A clock that is wrong must not cost anybody a session.
  const isAccused = (tolerance: number) => age > tolerance && !context.clock.hasJumped
  if (kind === 'previous') {
    if (note.jkt !== null || age <= repeatFor) return 'good'
    return isAccused(repeatFor) ? 'reused' : 'refused'
  }
  return isAccused(context.policies.of(record).renewalOverlap) ? 'reused' : 'refused'
}

/** Ends the refresh token and the session that it came from, and tells of it. */
export async function endPresented(
  context: SessionContext,
  { record, since }: Presented,
  exchange: Exchange,
): Promise<void> {
  let known: SessionRecord | null = record
  for (let attempt = 0; known && attempt < mostRetries; attempt++) {
    if (await endReused(context, known, exchange)) return
    // Another use has replaced it meanwhile: the one that came is older still.
    known = await context.read(record.sid, { fresh: true }, since)
  }
}

function recognised(context: SessionContext, { text, record, at }: Presented) {
  const token = parseToken(text)
  if (!token) return 'unknown'
  return recognise(record, token, text, context.policies.of(record), { now: at, arrivedAt: at })
}
