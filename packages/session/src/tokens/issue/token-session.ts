import { SessionError } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'
import type { SessionContext } from '../../request/context.ts'
import type { Opened } from '../../request/opened.ts'
import { Session } from '../../session.ts'
import { mintRefreshToken, type RefreshToken, type RefreshTokenOptions } from '../refresh/refresh-token.ts'
import type { AccessToken, AccessTokenOptions } from './access-token.ts'
import type { Issuer } from './issuer.ts'
import { issueAndTell } from './issuing.ts'
import { liveOf, subjectOf } from './live-subject.ts'

/** What a session can do in addition where `createSessions` was given `tokens`. */
export interface IssuesTokens<Claims extends object, Audience extends string> {
  /**
   * A token by which another service knows this session's user for a few minutes, and no longer than the session lives:
   * the store is asked whether it does.
   * @throws SessionError `session_ended` for a visitor and when the session is over, `session_superseded` when another
   *   request gave this browser a new token for more or other rights, `value_invalid` and `value_not_json` for claims that
   *   cannot be, `token_too_large`, `store_unavailable`; TokenError `keys_unavailable`
   */
  accessToken(options: AccessTokenOptions<Claims, Audience>): Promise<AccessToken>
  /**
   * A token by which a client that keeps no cookie gets access tokens from the token endpoint, for as long as this session
   * lives. It is bound to it in both directions: its use is a use of the session, the session's end ends it, and its theft
   * or revocation ends the session.
   * @throws SessionError `config_invalid` without `tokens({ refresh })` and for an audience that there is none of,
   *   `value_invalid` and `value_not_json` for options that cannot be, `session_ended`, `session_superseded` and
   *   `store_unavailable` as `accessToken`, `reauthentication_required` where the user authenticated longer ago than the
   *   policy of refresh tokens allows
   */
  refreshToken(options: RefreshTokenOptions<Audience>): Promise<RefreshToken>
}

/** A session of `createSessions({ tokens })`. */
export type SessionWithTokens<
  Data extends object = Record<string, unknown>,
  Claims extends object = Record<string, unknown>,
  Audience extends string = string,
> = Session<Data> & IssuesTokens<Claims, Audience>

/** @internal */
export class TokenSession<Data extends object> extends Session<Data> implements IssuesTokens<object, string> {
  readonly #tokens: Issuer

  constructor(context: SessionContext, exchange: Exchange, opened: Opened, tokens: Issuer) {
    super(context, exchange, opened)
    this.#tokens = tokens
  }

  accessToken(options: AccessTokenOptions<object, string>): Promise<AccessToken> {
    return Session.run(this, 'accessToken', async (handle) =>
      issueAndTell(handle.context, this.#tokens, subjectOf(handle.context, await liveOf(handle)), options),
    )
  }

  refreshToken(options: RefreshTokenOptions<string>): Promise<RefreshToken> {
    return Session.run(this, 'refreshToken', async (handle) => {
      const { refresh } = this.#tokens
      if (!refresh) throw noRefreshTokens()
      this.#tokens.assertAudience(options.audience)
      return mintRefreshToken(handle, options, refresh.perSession)
    })
  }
}

function noRefreshTokens(): SessionError {
  return new SessionError(
    'config_invalid',
    "refreshToken: tokens has no refresh. Write tokens({ …, refresh: { policy: 'refresh' } }), with that policy in policies.",
  )
}
