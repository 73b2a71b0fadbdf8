import { endSession } from '../../ending/revocation.ts'
import { refuseUnknown } from '../../known-options.ts'
import { createEndpoint, type IssuingSessions, refreshingOf } from './answering.ts'
import { type ClientSecrets, clientOf, createSecrets } from './client-secrets.ts'
import { createCors, type EndpointCorsOptions } from './cors.ts'
import { type Endpoint, type FetchRoute, fetchRoute, type NodeRoute, nodeRoute } from './endpoint.ts'
import { EndpointError } from './endpoint-error.ts'
import { needed, readForm } from './form.ts'
import { readOwnToken } from './own-token.ts'

export interface RevocationRouteOptions {
  /** Secrets of the clients that have one; any other client says its `client_id` alone. Default: none has. */
  readonly clients?: ClientSecrets | undefined
  /** Whose pages may call it. Default: none of another origin. */
  readonly cors?: EndpointCorsOptions | undefined
}

/**
 * The revocation endpoint (RFC 7009), for the client that a token was given to. It ends the session that the token came from,
 * and so all of its tokens: a refresh token has no life but its session's, and an access token ends by nothing else. A token
 * that is none of ours, or over, is answered alike. For fetch-standard servers.
 * @throws SessionError `config_invalid` for options that cannot be, and for sessions without tokens
 */
export function revocationRoute(sessions: IssuingSessions, options: RevocationRouteOptions = {}): FetchRoute {
  return fetchRoute(revocationEndpoint(sessions, options))
}

/** The same for node:http and Express. */
export function nodeRevocationRoute(
  sessions: IssuingSessions,
  options: RevocationRouteOptions = {},
): NodeRoute {
  return nodeRoute(revocationEndpoint(sessions, options))
}

function revocationEndpoint(sessions: IssuingSessions, options: RevocationRouteOptions): Endpoint {
  refuseUnknown('revocationRoute', options, { clients: true, cors: true })
  const refreshing = refreshingOf('revocationRoute', sessions)
  const { context, tokens } = refreshing
  const secrets = createSecrets('revocationRoute.clients', options.clients ?? {})

  return createEndpoint(sessions, refreshing, createCors(options.cors), async (asked) => {
    const form = await readForm(asked)
    const clientId = clientOf(asked, form, secrets)
    // A hint would only say where to look first (RFC 7009 section 2.1).
    const text = needed(form, 'token')
    const revoked = await refreshing.revoke(text, clientId)
    if (typeof revoked === 'object') throw new EndpointError(revoked.error, revoked.why)
    const token = revoked ? null : await readOwnToken(tokens, text, context.now())
    if (token && token.clientId !== clientId)
      throw new EndpointError('invalid_grant', 'the token was given to another client')
    if (token) await endSession(context, { sid: token.sid, userId: token.userId }, 'revoked')
    return { body: null }
  })
}
