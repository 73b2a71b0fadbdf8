import type { Exchange } from '../../exchange.ts'
import { refuseUnknown } from '../../known-options.ts'
import { createDpop, type Dpop, type DpopOptions, type Proven } from '../dpop/dpop.ts'
import { storeReplays } from '../dpop/replays.ts'
import type { RefreshedFor } from '../refresh/refreshing.ts'
import { createEndpoint, type IssuingSessions, refreshingOf, type Success } from './answering.ts'
import { type ClientSecrets, clientOf, createSecrets } from './client-secrets.ts'
import { createCors, type EndpointCorsOptions } from './cors.ts'
import {
  type Asked,
  type Endpoint,
  type FetchRoute,
  fetchRoute,
  type NodeRoute,
  nodeRoute,
} from './endpoint.ts'
import { EndpointError } from './endpoint-error.ts'
import { needed, readForm } from './form.ts'

export interface TokenRouteOptions {
  /**
   * The endpoint's address as clients know it, which their proofs name (`htu`): where a proxy ends TLS, this server sees
   * another. Default: the request's.
   */
  readonly url?: string | undefined
  /** Secrets of the clients that have one; any other client says its `client_id` alone. Default: none has. */
  readonly clients?: ClientSecrets | undefined
  /** How proofs are judged; which refresh tokens need one was said when they were made. */
  readonly dpop?: DpopOptions | undefined
  /** The application's own claims for an access token, where `tokens` has a schema that asks for some. */
  readonly claims?: ((of: RefreshedFor) => object | Promise<object>) | undefined
  /** Whose pages may call it. Default: none of another origin. */
  readonly cors?: EndpointCorsOptions | undefined
}

const knownOptions: Record<keyof TokenRouteOptions, true> = {
  url: true,
  clients: true,
  dpop: true,
  claims: true,
  cors: true,
}

/**
 * The token endpoint (RFC 6749 section 6): gives clients a new access token, and a new refresh token, for the refresh token
 * that they have. For fetch-standard servers.
 * @throws SessionError `config_invalid` for options that cannot be, and for sessions without tokens
 */
export function tokenRoute(sessions: IssuingSessions, options: TokenRouteOptions = {}): FetchRoute {
  return fetchRoute(tokenEndpoint(sessions, options))
}

/** The same for node:http and Express. */
export function nodeTokenRoute(sessions: IssuingSessions, options: TokenRouteOptions = {}): NodeRoute {
  return nodeRoute(tokenEndpoint(sessions, options))
}

function tokenEndpoint(sessions: IssuingSessions, options: TokenRouteOptions): Endpoint {
  refuseUnknown('tokenRoute', options, knownOptions)
  const refreshing = refreshingOf('tokenRoute', sessions)
  const { context } = refreshing
  const secrets = createSecrets('tokenRoute.clients', options.clients ?? {})
  const cors = createCors(options.cors)
  // One record a proof: a refresh writes two already, and so every process knows it.
  const replays = storeReplays((record) => context.create(record))
  const dpop = createDpop({ replays, ...options.dpop }, context.now)
  const { claims = () => ({}) } = options

  return createEndpoint(sessions, refreshing, cors, async (asked) => {
    const form = await readForm(asked)
    const grantType = needed(form, 'grant_type')
    if (grantType !== 'refresh_token')
      throw new EndpointError('unsupported_grant_type', 'this endpoint knows refresh_token alone')
    const clientId = clientOf(asked, form, secrets)
    const token = needed(form, 'refresh_token')
    const scope = form.get('scope')?.split(' ') ?? null
    const proven = provenBy(dpop, asked, options.url ?? asked.url)
    const result = await refreshing.refresh({
      exchange: exchangeOf(asked),
      token,
      clientId,
      scope,
      thumbprint: proven?.thumbprint ?? null,
      useProof: async () => {
        const again = proven && (await dpop.use(proven))
        return again && { error: 'invalid_dpop_proof', why: `the proof: ${again.why}` }
      },
      claimsOf: claims,
    })
    if ('error' in result) throw new EndpointError(result.error, result.why, 400, nonceOf(dpop))
    const { accessToken, at, refreshToken, scope: granted, isBound } = result
    return {
      body: {
        access_token: accessToken.token,
        token_type: isBound ? 'DPoP' : 'Bearer',
        expires_in: Math.max(0, Math.floor((accessToken.expiresAt - at) / 1000)),
        ...(refreshToken !== null && { refresh_token: refreshToken }),
        ...(granted.length > 0 && { scope: granted.join(' ') }),
      },
      headers: nonceOf(dpop),
    } satisfies Success
  })
}

/** Null where no proof came. */
function provenBy(dpop: Dpop, asked: Asked, url: string): Proven | null {
  const proof = asked.header('dpop')
  if (proof === null) return null
  const proven = dpop.judge(proof, { method: asked.method, url, accessToken: null })
  if (!('error' in proven)) return proven
  throw new EndpointError(proven.error, `the proof: ${proven.why}`, 400, nonceOf(dpop))
}

function nonceOf(dpop: Dpop): Readonly<Record<string, string>> {
  const nonce = dpop.nonce()
  return nonce === null ? {} : { 'dpop-nonce': nonce }
}

/** What an opening and its events ask of a request. Its answer has no cookie. */
function exchangeOf({ method, url, header, remoteAddress }: Asked): Exchange {
  return {
    method,
    path: URL.parse(url)?.pathname ?? '/',
    header,
    canSetCookie: true,
    setCookie: () => undefined,
    setHeader: () => undefined,
    encrypted: url.startsWith('https:'),
    remoteAddress,
    onClose: () => undefined,
  }
}
