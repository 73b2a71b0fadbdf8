import { refuseUnknown } from '../known-options.ts'
import { type ClientSecrets, createSecrets } from '../tokens/endpoints/client-secrets.ts'
import {
  type Asked,
  type Endpoint,
  type FetchRoute,
  fetchRoute,
  type NodeRoute,
  nodeRoute,
} from '../tokens/endpoints/endpoint.ts'
import { assertKnownCaller, bodyText } from './callers.ts'
import { refuseInvalidProviders } from './providers.ts'
import { contextOf, createReceiver, type OutsideSessions } from './receiver.ts'
import { createTakeEvent, type SignalOptions, signalOptions } from './security-event.ts'

export interface SignalsRouteOptions extends SignalOptions {
  /**
   * What a transmitter sends as `Authorization: Bearer`, by its name, as the stream was made with (`authorization_header`).
   * Default: nothing; a signature by the provider's key is needed in any case.
   */
  readonly transmitters?: ClientSecrets | undefined
}

/**
 * Receives signals of the Shared Signals Framework by push (RFC 8935): CAEP session-revoked and credential-change, and the
 * verification of a stream. For fetch-standard servers.
 * @throws SessionError `config_invalid`
 */
export function signalsRoute(sessions: OutsideSessions, options: SignalsRouteOptions): FetchRoute {
  return fetchRoute(signalsEndpoint(sessions, options))
}

/** The same for node:http and Express: before what reads bodies. */
export function nodeSignalsRoute(sessions: OutsideSessions, options: SignalsRouteOptions): NodeRoute {
  return nodeRoute(signalsEndpoint(sessions, options))
}

function signalsEndpoint(sessions: OutsideSessions, options: SignalsRouteOptions): Endpoint {
  refuseUnknown('signalsRoute', options, { ...signalOptions, transmitters: true })
  const context = contextOf('signalsRoute', sessions)
  refuseInvalidProviders('signalsRoute', options.providers)
  const secrets = options.transmitters && createSecrets('signalsRoute.transmitters', options.transmitters)
  const take = createTakeEvent(context, options)
  const style = {
    status: 202,
    refusal: ({ code, message }: { code: string; message: string }) => ({ err: code, description: message }),
    headers: { 'content-language': 'en' },
  }
  return createReceiver(sessions, context, style, async (asked: Asked) => {
    if (secrets) assertKnownCaller(asked, secrets)
    await take(await bodyText(asked, 'application/secevent+jwt'))
  })
}
