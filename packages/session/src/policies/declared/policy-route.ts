import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import type { Sessions } from '../../sessions.ts'
import { createSecrets } from '../../tokens/endpoints/client-secrets.ts'
import {
  type Endpoint,
  type FetchRoute,
  fetchRoute,
  type NodeRoute,
  nodeRoute,
} from '../../tokens/endpoints/endpoint.ts'
import { declaredPolicy } from './declared-policy.ts'

/** Sessions, whatever they hold. */
export interface DeclaringSessions {
  /** @internal */
  readonly declaring?: Sessions['declaring']
}

export interface PolicyRouteOptions {
  /**
   * What `Authorization: Bearer` must bring, random and of at least 32 characters; several while one is replaced. The
   * policy holds no secret, and tells a thief how long what he has is good.
   */
  readonly token: string | readonly string[]
}

/**
 * A route that tells who brings the token how these sessions were configured, as `latchkey-policy/1`: their timeouts,
 * renewal, limits, cookie and tokens. `latchkey-audit --policy URL` holds the site to it. For fetch-standard servers.
 * @throws SessionError `config_invalid` for options that cannot be
 */
export function policyRoute(sessions: DeclaringSessions, options: PolicyRouteOptions): FetchRoute {
  return fetchRoute(policyEndpoint(sessions, options))
}

/** The same for node:http and Express. */
export function nodePolicyRoute(sessions: DeclaringSessions, options: PolicyRouteOptions): NodeRoute {
  return nodeRoute(policyEndpoint(sessions, options))
}

const hidden = { 'cache-control': 'no-store' }

function policyEndpoint({ declaring }: DeclaringSessions, options: PolicyRouteOptions): Endpoint {
  if (options === null || typeof options !== 'object' || [options.token ?? []].flat().length === 0)
    throw new SessionError(
      'config_invalid',
      'policyRoute needs a token that whoever asks must bring. Write policyRoute(sessions, { token: process.env.POLICY_TOKEN }).',
    )
  refuseUnknown('policyRoute', options, { token: true })
  if (!declaring)
    throw new SessionError(
      'config_invalid',
      'policyRoute needs what createSessions has made. Write policyRoute(sessions, { token }).',
    )
  const secrets = createSecrets('policyRoute', { token: options.token })
  const body = JSON.stringify(declaredPolicy(declaring))

  return async ({ method, header }) => {
    const [, token] = /^bearer +(\S+)$/i.exec(header('authorization') ?? '') ?? []
    if (token === undefined || !secrets.isRight('token', token))
      return { status: 401, headers: { ...hidden, 'www-authenticate': 'Bearer realm="policy"' }, body: '' }
    if (method !== 'GET' && method !== 'HEAD')
      return { status: 405, headers: { ...hidden, allow: 'GET, HEAD' }, body: '' }
    const headers = { ...hidden, 'content-type': 'application/json' }
    return { status: 200, headers, body: method === 'HEAD' ? '' : body }
  }
}
