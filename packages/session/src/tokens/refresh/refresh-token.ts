import { endSession } from '../../ending/revocation.ts'
import { refuseUnknown } from '../../known-options.ts'
import { expiryOf } from '../../policies/policy.ts'
import { parentOf, refreshPolicy, writeRefreshNote } from '../../record/refresh-token.ts'
import type { Handle } from '../../request/handle.ts'
import { overUnderPolicy } from '../../request/lost-session.ts'
import { mintToken } from '../../secret/token.ts'
import type { SessionRecord } from '../../store.ts'
import { filled, scopeText, thumbprint } from '../issue/access-token.ts'
import { liveOf, type UsersRecord } from '../issue/live-subject.ts'

export interface RefreshTokenOptions<Audience extends string> {
  /** Which client it is given to: it alone may use it. */
  readonly clientId: string
  /** Who verifies the access tokens that come of it (`aud`). */
  readonly audience: Audience
  /** What those are good for at most (`scope`, RFC 6749 section 3.3). Default: no scope is named. */
  readonly scope?: readonly string[] | undefined
  /**
   * SHA-256 thumbprint of the client's key (RFC 7638, `dpop_jkt`): each use then needs a proof by it (RFC 9449 section 5),
   * and so do the access tokens. Default: it is good for whoever has it.
   */
  readonly dpop?: string | undefined
}

export interface RefreshToken {
  /** Opaque, and a secret for as long as it lives: for the token endpoint of this server and nobody else. */
  readonly token: string
  /** Its handle in events and lists, which opens nothing. */
  readonly sid: string
  /** When it ends unless it is used before. Milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * A record of its own beside that of the session: so its secret is renewed, its reuse found and its time kept by what does
 * that for sessions.
 * @throws SessionError as `session.refreshToken`
 */
export async function mintRefreshToken(
  handle: Handle,
  options: RefreshTokenOptions<string>,
  perSession: number,
): Promise<RefreshToken> {
  refuseUnknown('refreshToken', options, { clientId: true, audience: true, scope: true, dpop: true })
  const { clientId, audience, scope = [], dpop } = options
  scopeText(scope)
  const note = {
    clientId: filled(clientId, 'clientId'),
    audience: filled(audience, 'audience'),
    scope,
    jkt: dpop === undefined ? null : thumbprint(dpop),
  }
  const { context, since } = handle
  const { record: parent } = await liveOf(handle)
  const minted = mintToken()
  const data = writeRefreshNote({ ...note, parent: parent.sid })
  const record = recordOf(handle, parent, { ...minted, data })
  context.assertSize(data)
  if (record.expiresAt <= record.createdAt) throw overUnderPolicy()
  await makeRoom(handle, parent, perSession - 1)
  await context.create(record, since)
  context.emit('session_created', record, { policy: refreshPolicy })
  return { token: minted.text, sid: minted.sid, expiresAt: record.expiresAt }
}

function recordOf(
  { context }: Handle,
  { userId, authenticatedAt }: UsersRecord,
  { sid, secretHash, data }: Pick<SessionRecord, 'sid' | 'secretHash' | 'data'>,
): SessionRecord {
  const now = context.now()
  // Since the user authenticated, and not since it was made: or each would begin the absolute time anew.
  const times = { createdAt: now, authenticatedAt, lastSeenAt: now }
  return {
    sid,
    userId,
    secretHash,
    previous: null,
    policy: refreshPolicy,
    ...times,
    renewedAt: now,
    expiresAt: expiryOf(times, context.policies.of({ policy: refreshPolicy })),
    rev: 0,
    data,
  }
}

/** Several at once may leave one more: it is a bound on what is kept, and no right that somebody has. */
async function makeRoom({ context, since }: Handle, parent: UsersRecord, most: number): Promise<void> {
  const siblings = (await context.list(parent.userId, since))
    .filter((each) => parentOf(each)?.sid === parent.sid)
    .sort((a, b) => b.createdAt - a.createdAt)
  for (const record of siblings.slice(most)) await endSession(context, record, 'excess', since)
}
