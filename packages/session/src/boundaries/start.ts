import { endSession } from '../ending/revocation.ts'
import { isSessionError } from '../errors.ts'
import type { LinkedSignIn } from '../links/linked-sign-in.ts'
import { methodsOf } from '../policies/assurance.ts'
import { expiryOf } from '../policies/policy.ts'
import type { SessionContext } from '../request/context.ts'
import type { Held } from '../request/held.ts'
import { versionNote } from '../schema/schema-version.ts'
import { Seal } from '../sealed/sealed.ts'
import { sealedData } from '../sealed/sealed-record.ts'
import { type MintedToken, mintToken } from '../secret/token.ts'
import type { SessionRecord } from '../store.ts'

/** A new session. */
export interface Start {
  readonly userId: string | null
  readonly policy?: string | undefined
  readonly data: SessionRecord['data']
  /** The session that ends with this one's start. */
  readonly replaces: Pick<SessionRecord, 'sid' | 'userId'> | null
  /** When the user authenticated; null for a session that was taken over, of which nobody knows. Default now. */
  readonly authenticatedAt?: number | null
  /** Default: a fresh one. */
  readonly token?: MintedToken | undefined
  /** Of a sign-in. */
  readonly linked?: LinkedSignIn
}

/** @throws SessionError `answer_started` before anything is changed */
export async function startSession(handle: Held, start: Start): Promise<void> {
  const { context, exchange, since } = handle
  const { userId, replaces } = start
  handle.assertCanAnswer()
  const policy = context.policies.named(start.policy ?? 'default')
  const now = context.now()
  const token = start.token ?? mintToken()
  const seal = context.sealed ? Seal.mint(token.sid) : null
  const data = { ...sealedData(start.data, seal, token.text), ...versionNote(context.values.version ?? 1) }
  context.assertSize(data)
  const { authenticatedAt: given = now } = start
  const authenticatedAt = userId === null ? null : given
  const times = { createdAt: now, authenticatedAt, lastSeenAt: now }
  const record: SessionRecord = {
    sid: token.sid,
    userId,
    secretHash: token.secretHash,
    previous: null,
    policy: policy.name,
    ...times,
    renewedAt: now,
    expiresAt: expiryOf(times, policy),
    rev: 0,
    data: { ...data, ...context.clients?.startWith(exchange, null, now) },
  }
  // First, and not last: where that fails nothing has happened, and no session is left behind that nobody holds.
  if (replaces !== null) await endSession(context, replaces, 'replaced', since)
  await start.linked?.before(record, since)
  await context.create(record, since)
  const takenAt = performance.now()
  if (userId !== null) await keepLimit(context, record, takenAt)
  await start.linked?.after(record, null, takenAt)
  handle.adopt(record, token, seal, takenAt)
  context.emit('session_created', record, { policy: policy.name })
  if (authenticatedAt !== null) tellOfLogin(context, record)
}

/**
 * After the record of a sign-in was written. Where the store fails now, the user is signed in: the answer must say so,
 * and the next sign-in counts again.
 * @param takenAt when the store had taken it (performance.now): what follows has one deadline together
 * @throws SessionError `too_many_sessions`, `session_superseded` when this one had to go
 */
export async function keepLimit(
  context: SessionContext,
  record: SessionRecord,
  takenAt: number,
): Promise<void> {
  try {
    await context.limit?.after(record, takenAt)
  } catch (error) {
    if (!isSessionError(error) || error.code !== 'store_unavailable') throw error
    context.warn('latchkey: the store failed while the sessions of a user were counted, after a sign-in.')
  }
}

export function tellOfLogin(context: SessionContext, record: SessionRecord): void {
  context.emit('authn_login_success', record, { policy: record.policy, methods: methodsOf(record) })
}
