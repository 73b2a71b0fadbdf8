import { methodsOf } from '../../policies/assurance.ts'
import { expiryOf } from '../../policies/policy.ts'
import type { SessionContext } from '../../request/context.ts'
import type { Handle } from '../../request/handle.ts'
import { ended, nobodySignedIn, superseded } from '../../request/lost-session.ts'
import { familyOf } from '../../secret/token.ts'
import type { SessionRecord } from '../../store.ts'
import type { Subject } from './access-token.ts'

/** A user's session. */
export type UsersRecord = SessionRecord & { readonly userId: string }

export interface Live {
  readonly record: UsersRecord
  /** When the store was asked: an ending from then on is younger than what is made of it. */
  readonly at: number
}

/**
 * A handle's session as the store itself has it: what a cache between would say may be over.
 * @throws SessionError `session_ended`, `session_superseded`, `store_unavailable`
 */
export async function liveOf(handle: Handle): Promise<Live> {
  const { context, record: known } = handle
  if (!known || known.userId === null) throw nobodySignedIn()
  // Before the store answers: of whatever ends the session after its answer, the token is found to be older.
  const at = context.now()
  const record = await handle.fresh(known.sid)
  if (!record || !isUsers(record) || !context.isLive(record)) throw ended()
  if (familyOf(record.secretHash) !== familyOf(known.secretHash)) throw superseded()
  return { record, at }
}

export function isUsers(record: SessionRecord): record is UsersRecord {
  return record.userId !== null
}

/** What a token says of the session that it comes from. */
export function subjectOf({ policies }: SessionContext, { record, at }: Live): Subject {
  const { userId, sid, authenticatedAt, expiresAt } = record
  const endsAt = Math.min(expiresAt, expiryOf(record, policies.of(record)))
  return { userId, sid, authenticatedAt, methods: methodsOf(record), at, endsAt }
}
