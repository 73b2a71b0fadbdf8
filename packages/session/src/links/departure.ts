import { SessionError } from '../errors.ts'
import { type Note, notePrefix, putNote } from '../record/note.ts'
import type { SessionContext } from '../request/context.ts'
import type { SessionRecord } from '../store.ts'
import { keyOfSid, keyOfSubject, type LinkKey } from './link.ts'
import type { ProviderSession } from './provider-session.ts'

// A sign-in may be under way while the provider says that its session is over. Whoever ends writes this note before he looks
// for sessions, and whoever signs in looks for the note after his own is found: one of the two sees the other.
const purpose = `${notePrefix}left`

/** Milliseconds. ID Tokens are used within minutes; what comes later than this is refused by its own `exp`. */
const keptFor = 60 * 60_000

const sidOf = (key: LinkKey) => `${purpose}:${key}`

/**
 * Says that the provider has ended this session, or all of one subject until now.
 * @param at by the provider's clock, in milliseconds
 */
export async function writeDeparture(context: SessionContext, key: LinkKey, at: number): Promise<void> {
  const now = context.now()
  const expiresAt = now + keptFor
  // Times are keys, so that an older one which comes later takes nothing back.
  const note: Note = {
    sid: sidOf(key),
    owner: null,
    purpose,
    at: now,
    expiresAt,
    data: { [String(at)]: '1' },
  }
  await putNote(context, note, { expiresAt })
}

/** What a sign-in with `from` keeps in mind until its session can be found. */
export interface Arrival {
  readonly from: ProviderSession
  /** State of the note on the subject when the sign-in began. */
  readonly before: string
}

export async function beginArrival(
  context: SessionContext,
  from: ProviderSession,
  since: number,
): Promise<Arrival> {
  const note = await readNote(context, keyOfSubject(from.issuer, from.subject), since)
  return { from, before: stateOf(note) }
}

/** @throws SessionError `provider_session_ended` where the provider has ended meanwhile what the sign-in came from */
export async function assertStillThere(
  context: SessionContext,
  { from, before }: Arrival,
  since: number,
): Promise<void> {
  const { issuer, subject, sid, iat } = from
  const [ofSubject, ofSid] = await Promise.all([
    readNote(context, keyOfSubject(issuer, subject), since),
    sid === undefined ? null : readNote(context, keyOfSid(issuer, sid), since),
  ])
  const latest = Math.max(...Object.keys(ofSubject?.data ?? {}).map(Number))
  // Both are whole seconds of one clock; within one, nobody can tell which came first.
  const isFromBefore = iat !== undefined && Math.floor(iat) * 1000 <= latest
  if (ofSid === null && !isFromBefore && stateOf(ofSubject) === before) return
  throw new SessionError(
    'provider_session_ended',
    'The identity provider has ended the session that this sign-in came from: the user must sign in again.',
  )
}

async function readNote(context: SessionContext, key: LinkKey, since: number): Promise<SessionRecord | null> {
  return context.read(sidOf(key), { fresh: true }, since)
}

function stateOf(note: SessionRecord | null): string {
  return note ? `${note.createdAt} ${note.rev}` : ''
}
