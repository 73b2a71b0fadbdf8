import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import {
  type Endpoint,
  type FetchRoute,
  fetchRoute,
  type NodeRoute,
  nodeRoute,
} from '../tokens/endpoints/endpoint.ts'
import { endAll, foundBy } from './leaving.ts'
import { answerFailure, contextOf, type OutsideSessions } from './receiver.ts'
import { isText } from './subject.ts'

export interface FrontChannelOptions {
  /** Whose sessions may be ended so, as `login` was told (`from.issuer`). */
  readonly issuers: readonly string[]
}

const hidden = { 'cache-control': 'no-store' }

/**
 * The front-channel logout page (OpenID Connect Front-Channel Logout 1.0), for providers that have nothing better: they load it
 * in a frame, with `iss` and `sid` (`frontchannel_logout_session_required`). The cookie of this site does not come along there,
 * so the session is found by what the address says. Who knows a session id of the provider can end that session, and nothing
 * else. For fetch-standard servers.
 * @throws SessionError `config_invalid`
 */
export function frontChannelLogoutRoute(sessions: OutsideSessions, options: FrontChannelOptions): FetchRoute {
  return fetchRoute(frontChannelEndpoint(sessions, options))
}

/** The same for node:http and Express. */
export function nodeFrontChannelLogoutRoute(
  sessions: OutsideSessions,
  options: FrontChannelOptions,
): NodeRoute {
  return nodeRoute(frontChannelEndpoint(sessions, options))
}

function frontChannelEndpoint(sessions: OutsideSessions, options: FrontChannelOptions): Endpoint {
  refuseUnknown('frontChannelLogoutRoute', options, { issuers: true })
  const context = contextOf('frontChannelLogoutRoute', sessions)
  const { issuers } = options
  if (!Array.isArray(issuers) || issuers.length === 0 || !issuers.every(isText))
    throw new SessionError(
      'config_invalid',
      "frontChannelLogoutRoute needs issuers. Write issuers: ['https://id.example.com'].",
    )
  return async ({ method, url }) => {
    if (method !== 'GET') return { status: 405, headers: { ...hidden, allow: 'GET' }, body: '' }
    const query = new URL(url).searchParams
    const [issuer, sid] = [onlyOne(query, 'iss'), onlyOne(query, 'sid')]
    if (!isText(issuer) || !issuers.includes(issuer) || !isText(sid))
      return { status: 400, headers: hidden, body: '' }
    try {
      // Nothing is written of it: anybody may ask, and must not fill the store by that.
      await endAll(context, await foundBy(context, { issuer, sid }, context.now()))
      return { status: 200, headers: hidden, body: '' }
    } catch (error) {
      return answerFailure(sessions, context, error)
    }
  }
}

function onlyOne(query: URLSearchParams, name: string): string | null {
  const all = query.getAll(name)
  return all.length === 1 ? (all[0] ?? null) : null
}
