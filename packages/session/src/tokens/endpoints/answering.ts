import { isSessionError, SessionError } from '../../errors.ts'
import type { Sessions } from '../../sessions.ts'
import type { Refreshing } from '../refresh/refreshing.ts'
import { isTokenError } from '../token-error.ts'
import type { Cors } from './cors.ts'
import type { Asked, Endpoint } from './endpoint.ts'
import { EndpointError } from './endpoint-error.ts'

/** Sessions that issue tokens, whatever they hold. */
export interface IssuingSessions extends Pick<Sessions, 'report'> {
  /** @internal */
  readonly refreshing?: Refreshing | undefined
}

/** @throws SessionError `config_invalid` */
export function refreshingOf(what: string, sessions: IssuingSessions): Refreshing {
  if (sessions.refreshing) return sessions.refreshing
  throw new SessionError(
    'config_invalid',
    `${what} needs sessions that issue tokens. Write createSessions({ store, tokens: tokens({ issuer, keys }) }).`,
  )
}

export interface Success {
  /** JSON; null for an empty answer. */
  readonly body: object | null
  readonly headers?: Readonly<Record<string, string>>
}

const hidden = { 'cache-control': 'no-store' }

/**
 * What all endpoints have in common: POST alone, no answer that a cache may keep (RFC 6749 section 5.1), and one for
 * whatever goes wrong. What is this server's fault is told to `warn`, and not to who asked.
 */
export function createEndpoint(
  sessions: IssuingSessions,
  { context }: Refreshing,
  cors: Cors,
  answer: (asked: Asked) => Promise<Success>,
): Endpoint {
  async function answered(asked: Asked): Promise<Success | EndpointError> {
    try {
      return await answer(asked)
    } catch (error) {
      if (error instanceof EndpointError) return error
      sessions.report(error)
      if ((isSessionError(error) || isTokenError(error)) && error.status === 503)
        return new EndpointError('temporarily_unavailable', 'try again', 503, { 'retry-after': '1' })
      if (!isSessionError(error))
        context.warn(
          `latchkey: an endpoint failed: ${error instanceof Error ? error.message : String(error)}`,
        )
      return new EndpointError('server_error', 'this is an error of the server', 500)
    }
  }

  return async (asked) => {
    if (asked.method === 'OPTIONS' && asked.header('access-control-request-method') !== null)
      return { status: 204, headers: { ...cors.preflight(asked), ...hidden }, body: '' }
    const common = { ...cors.headersFor(asked), ...hidden }
    if (asked.method !== 'POST') return { status: 405, headers: { ...common, allow: 'POST' }, body: '' }
    const result = await answered(asked)
    const json = { ...common, ...result.headers, 'content-type': 'application/json' }
    if (result instanceof EndpointError) {
      const body = { error: result.code, error_description: result.message }
      return { status: result.status, headers: json, body: JSON.stringify(body) }
    }
    if (result.body === null) return { status: 200, headers: { ...common, ...result.headers }, body: '' }
    return { status: 200, headers: json, body: JSON.stringify(result.body) }
  }
}
