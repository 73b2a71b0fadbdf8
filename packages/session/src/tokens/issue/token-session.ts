import type { Exchange } from '../../exchange.ts'
import { methodsOf } from '../../policies/assurance.ts'
import { expiryOf } from '../../policies/policy.ts'
import type { SessionContext } from '../../request/context.ts'
import type { Handle } from '../../request/handle.ts'
import { ended, nobodySignedIn, superseded } from '../../request/lost-session.ts'
import type { Opened } from '../../request/opened.ts'
import { familyOf } from '../../secret/token.ts'
import { Session } from '../../session.ts'
import type { AccessToken, AccessTokenOptions, Subject } from './access-token.ts'
import type { Tokens } from './tokens.ts'

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
}

/** A session of `createSessions({ tokens })`. */
export type SessionWithTokens<
  Data extends object = Record<string, unknown>,
  Claims extends object = Record<string, unknown>,
  Audience extends string = string,
> = Session<Data> & IssuesTokens<Claims, Audience>

/** @internal */
export class TokenSession<Data extends object> extends Session<Data> implements IssuesTokens<object, string> {
  readonly #tokens: Tokens<object>

  constructor(context: SessionContext, exchange: Exchange, opened: Opened, tokens: Tokens<object>) {
    super(context, exchange, opened)
    this.#tokens = tokens
  }

  accessToken(options: AccessTokenOptions<object, string>): Promise<AccessToken> {
    return Session.run(this, 'accessToken', async (handle) =>
      this.#tokens.issue(await liveSubject(handle), options),
    )
  }
}

/** As the store itself has it: what a cache between would say may be over. */
async function liveSubject(handle: Handle): Promise<Subject> {
  const { context, record } = handle
  if (!record || record.userId === null) throw nobodySignedIn()
  // Before the store answers: of whatever ends the session after its answer, the token is found to be older.
  const at = context.now()
  const live = await handle.fresh(record.sid)
  if (!live || live.userId === null || !context.isLive(live)) throw ended()
  if (familyOf(live.secretHash) !== familyOf(record.secretHash)) throw superseded()
  const { userId, sid, authenticatedAt, expiresAt } = live
  const endsAt = Math.min(expiresAt, expiryOf(live, context.policies.of(live)))
  return { userId, sid, authenticatedAt, methods: methodsOf(live), at, endsAt }
}
