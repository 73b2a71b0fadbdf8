import type { SessionContext } from '../../request/context.ts'
import type { AccessToken, AccessTokenOptions, Subject } from './access-token.ts'
import type { Issuer } from './issuer.ts'

/** Issues a token, and tells of it without it. */
export async function issueAndTell(
  { events }: SessionContext,
  tokens: Issuer,
  subject: Subject,
  options: AccessTokenOptions<object, string>,
): Promise<AccessToken> {
  const issued = await tokens.issue(subject, options)
  const { userId, sid, at } = subject
  const { audience, clientId, scope = [], dpop } = options
  const { id, expiresAt } = issued
  const given = { id, audience, clientId, scope: [...scope], expiresAt, isBound: dpop !== undefined }
  events.emit('authn_token_created', { sid, userId, at, ...given })
  return issued
}
