import { endWithParent } from '../../ending/revocation.ts'
import { isSessionError } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'
import { expiryOf } from '../../policies/policy.ts'
import type { RefreshNote } from '../../record/refresh-token.ts'
import type { SessionContext } from '../../request/context.ts'
import type { AccessToken } from '../issue/access-token.ts'
import type { Issuer } from '../issue/issuer.ts'
import { issueAndTell } from '../issue/issuing.ts'
import { subjectOf } from '../issue/live-subject.ts'
import { usedParent } from './parent.ts'
import { endPresented, findPresented, judgePresented, type Presented } from './presented.ts'
import { renew } from './renewing.ts'

/** RFC 6749 section 5.2, RFC 9449 section 5. */
export type GrantError = 'invalid_grant' | 'invalid_scope' | 'invalid_dpop_proof'

export interface GrantRefused {
  readonly error: GrantError
  /** For the developer of the client, without a part of the token. */
  readonly why: string
}

/** Who asks for what. */
export interface RefreshRequest {
  /** What the request says of its client, for events. */
  readonly exchange: Exchange
  readonly token: string
  readonly clientId: string
  /** A part of what the token is good for; null for all of it. */
  readonly scope: readonly string[] | null
  /** The key that a proof is by; null where none came. */
  readonly thumbprint: string | null
  /** Asked once the rest is right: whether the proof is used for the first time. */
  useProof(): Promise<GrantRefused | null>
  /** The application's own claims for the access token. */
  claimsOf(of: RefreshedFor): object | Promise<object>
}

/** Whom an access token is issued for. */
export interface RefreshedFor {
  readonly userId: string
  /** The session's. */
  readonly sid: string
  readonly clientId: string
  readonly audience: string
  readonly scope: readonly string[]
}

export interface Refreshed {
  readonly accessToken: AccessToken
  /** When it was issued, by the clock. */
  readonly at: number
  /** The refresh token to keep from now on; null: the one that came. */
  readonly refreshToken: string | null
  readonly scope: readonly string[]
  readonly isBound: boolean
}

/** What the endpoints ask of sessions. */
export interface Refreshing {
  readonly context: SessionContext
  readonly tokens: Issuer
  /** @throws SessionError `store_unavailable`, TokenError `keys_unavailable`, and what `claimsOf` throws */
  refresh(request: RefreshRequest): Promise<Refreshed | GrantRefused>
  /**
   * Ends a refresh token and its session; true when the text is one. Also one that was replaced: whoever held it wants it over.
   * @throws SessionError `store_unavailable`
   */
  revoke(token: string, clientId: string): Promise<boolean | GrantRefused>
}

const over = refused('invalid_grant', 'the refresh token is not one, or is over: the user must sign in again')

export function createRefreshing(context: SessionContext, tokens: Issuer): Refreshing {
  async function assess(request: RefreshRequest): Promise<Presented | GrantRefused> {
    const presented = await findPresented(context, request.token)
    if (!presented) return over
    const { clientId, jkt } = presented.note
    if (clientId !== request.clientId) return ofAnother()
    if (jkt !== null && request.thumbprint === null)
      return refused('invalid_dpop_proof', 'this refresh token needs a proof by its key in the header DPoP')
    if (jkt !== null && request.thumbprint !== jkt)
      return refused('invalid_grant', 'the proof is by another key than the refresh token is bound to')
    const judgement = judgePresented(context, presented, tokens.refresh?.repeatFor ?? 0)
    if (judgement === 'reused') await endPresented(context, presented, request.exchange)
    if (judgement !== 'good') return over
    return presented
  }

  return {
    context,
    tokens,
    async refresh(request) {
      const presented = await assess(request)
      if ('error' in presented) return presented
      const { note, record } = presented
      const scope = request.scope ?? note.scope
      if (!scope.every((each) => note.scope.includes(each)))
        return refused('invalid_scope', 'the refresh token is not good for so much')
      const replayed = request.thumbprint === null ? null : await request.useProof()
      if (replayed) return replayed
      const live = await usedParent(context, presented)
      if (!live) {
        // Its session has ended, which was told; nothing is left for it to do.
        await context.end(record, undefined, presented.since)
        return over
      }
      const subject = subjectOf(context, live)
      const endsAt = Math.min(
        subject.endsAt,
        expiryOf({ ...record, lastSeenAt: live.at }, context.policies.of(record)),
      )
      // Before the refresh token is renewed: whatever fails here, the client's own is still the one of now.
      const accessToken = await issued({ ...subject, endsAt }, request, { ...note, scope })
      if (!accessToken) return over
      const renewed = await renew(context, request.exchange, presented)
      if (!renewed) return over
      const isBound = request.thumbprint !== null
      return { accessToken, at: live.at, refreshToken: renewed.token, scope, isBound }
    },
    async revoke(token, clientId) {
      const presented = await findPresented(context, token)
      if (!presented) return false
      if (presented.note.clientId !== clientId) return ofAnother()
      await endWithParent(context, presented.record, 'revoked')
      return true
    },
  }

  /** Null where the session is over within the second. */
  async function issued(
    subject: Parameters<Issuer['issue']>[0],
    { thumbprint, claimsOf }: RefreshRequest,
    { clientId, audience, scope }: RefreshNote,
  ): Promise<AccessToken | null> {
    const { userId, sid } = subject
    const claims = await claimsOf({ userId, sid, clientId, audience, scope })
    const bound = thumbprint === null ? {} : { dpop: thumbprint }
    try {
      return await issueAndTell(context, tokens, subject, { audience, clientId, scope, claims, ...bound })
    } catch (error) {
      if (isSessionError(error) && error.code === 'session_ended') return null
      throw error
    }
  }
}

function ofAnother(): GrantRefused {
  return refused('invalid_grant', 'the refresh token was given to another client')
}

function refused(error: GrantError, why: string): GrantRefused {
  return { error, why }
}
