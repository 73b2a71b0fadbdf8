import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import type { VerifiedToken } from '../verify/verified-token.ts'
import { createEndpoint, type IssuingSessions, refreshingOf } from './answering.ts'
import { basicOf, type ClientSecrets, createSecrets, invalidClient } from './client-secrets.ts'
import { createCors } from './cors.ts'
import {
  type Asked,
  type Endpoint,
  type FetchRoute,
  fetchRoute,
  type NodeRoute,
  nodeRoute,
} from './endpoint.ts'
import { needed, readForm } from './form.ts'
import { readOwnToken } from './own-token.ts'

/**
 * Says which resource server sends a request, by the audience that it is; null for none. Where proxies have verified its
 * certificate, for instance.
 */
export type NameResourceServer = (request: {
  /** A header by its lower-case name. */
  header(name: string): string | null
  readonly remoteAddress: string | undefined
}) => string | null | Promise<string | null>

export interface IntrospectionRouteOptions {
  /**
   * Who may ask, by the audience of its tokens, with its secret (`Authorization: Basic` or `Bearer`); or a function that
   * knows them otherwise. Each is told of tokens for itself alone.
   */
  readonly resourceServers: ClientSecrets | NameResourceServer
}

/**
 * The introspection endpoint (RFC 7662): tells a resource server whether an access token that it was sent is good now, its
 * session looked for in the store. For fetch-standard servers.
 * @throws SessionError `config_invalid` for options that cannot be, and for sessions without tokens
 */
export function introspectionRoute(
  sessions: IssuingSessions,
  options: IntrospectionRouteOptions,
): FetchRoute {
  return fetchRoute(introspectionEndpoint(sessions, options))
}

/** The same for node:http and Express. */
export function nodeIntrospectionRoute(
  sessions: IssuingSessions,
  options: IntrospectionRouteOptions,
): NodeRoute {
  return nodeRoute(introspectionEndpoint(sessions, options))
}

function introspectionEndpoint(sessions: IssuingSessions, options: IntrospectionRouteOptions): Endpoint {
  refuseUnknown('introspectionRoute', options, { resourceServers: true })
  const refreshing = refreshingOf('introspectionRoute', sessions)
  const { context, tokens } = refreshing
  const nameOf = namerOf(options)

  return createEndpoint(sessions, refreshing, createCors(undefined), async (asked) => {
    const name = await nameOf(asked)
    if (name === null) throw invalidClient('only resource servers that are known may ask')
    const text = needed(await readForm(asked), 'token')
    const token = await readOwnToken(tokens, text, context.now())
    const isFor = token !== null && [token.claims.aud].flat().includes(name)
    if (!isFor || !(await isSessionLive(token))) return { body: { active: false } }
    const isBound = token.claims.cnf !== undefined
    return { body: { active: true, ...token.claims, token_type: isBound ? 'DPoP' : 'Bearer' } }
  })

  async function isSessionLive({ sid, userId }: VerifiedToken): Promise<boolean> {
    const record = await context.read(sid, { fresh: true })
    return record !== null && record.userId === userId && context.isLive(record)
  }
}

function namerOf({
  resourceServers,
}: IntrospectionRouteOptions): (asked: Asked) => ReturnType<NameResourceServer> {
  if (typeof resourceServers === 'function')
    return ({ header, remoteAddress }) => resourceServers({ header, remoteAddress })
  if (typeof resourceServers !== 'object' || Object.keys(resourceServers).length === 0)
    throw new SessionError(
      'config_invalid',
      "introspectionRoute needs resourceServers. Write resourceServers: { 'https://api.example.com': secret }.",
    )
  const secrets = createSecrets('introspectionRoute.resourceServers', resourceServers)
  return (asked) => {
    const [, bearer] = /^bearer +(\S+)$/i.exec(asked.header('authorization') ?? '') ?? []
    if (bearer !== undefined) return secrets.nameOf(bearer)
    const basic = basicOf(asked)
    return basic && secrets.isRight(basic.name, basic.secret) ? basic.name : null
  }
}
