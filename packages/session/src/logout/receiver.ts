import { isSessionError, SessionError } from '../errors.ts'
import type { SessionContext } from '../request/context.ts'
import type { Sessions } from '../sessions.ts'
import type { Asked, Endpoint, EndpointAnswer } from '../tokens/endpoints/endpoint.ts'
import { EndpointError } from '../tokens/endpoints/endpoint-error.ts'
import { Refused, Unavailable } from './refused.ts'

/** Sessions that `createSessions` has made, whatever they hold. */
export interface OutsideSessions extends Pick<Sessions, 'report'> {
  /** @internal */
  readonly context?: SessionContext | undefined
}

/** @throws SessionError `config_invalid` */
export function contextOf(what: string, sessions: OutsideSessions): SessionContext {
  if (sessions?.context) return sessions.context
  throw new SessionError(
    'config_invalid',
    `${what} needs sessions. Write ${what}(createSessions({ store }), …).`,
  )
}

export interface ReceiverStyle {
  /** Of a request that was done. */
  readonly status: number
  /** What the answer to one that was refused says, as its specification has it. */
  refusal(refused: Refused): object
  readonly headers?: Readonly<Record<string, string>>
}

const hidden = { 'cache-control': 'no-store' }

/**
 * What all receivers have in common: POST alone, no answer that a cache keeps, 503 where the sender should come again, and
 * nothing of what was sent in any answer.
 */
export function createReceiver(
  sessions: OutsideSessions,
  context: SessionContext,
  style: ReceiverStyle,
  act: (asked: Asked) => Promise<void>,
): Endpoint {
  function refuse(refused: Refused, isTooLong = false): EndpointAnswer {
    const asking: Record<string, string> =
      refused.status === 401 ? { 'www-authenticate': 'Bearer realm="logout"' } : {}
    return {
      status: refused.status,
      headers: { ...hidden, ...asking, ...style.headers, 'content-type': 'application/json' },
      body: JSON.stringify(style.refusal(refused)),
      isCutOff: isTooLong,
    }
  }

  function failed(error: unknown): EndpointAnswer {
    if (error instanceof Refused) return refuse(error)
    if (error instanceof EndpointError)
      return refuse(new Refused('invalid_request', error.message), error.status === 413)
    return answerFailure(sessions, context, error)
  }

  return async (asked) => {
    if (asked.method !== 'POST') return { status: 405, headers: { ...hidden, allow: 'POST' }, body: '' }
    try {
      await act(asked)
      return { status: style.status, headers: hidden, body: '' }
    } catch (error) {
      return failed(error)
    }
  }
}

/** What went wrong here: 503 where the sender should come again. What it was is told to `warn`, and not to who asked. */
export function answerFailure(
  sessions: OutsideSessions,
  context: SessionContext,
  error: unknown,
): EndpointAnswer {
  const isLater = error instanceof Unavailable || (isSessionError(error) && error.status === 503)
  sessions.report(error)
  if (!isSessionError(error))
    context.warn(`latchkey: a logout from outside failed: ${error instanceof Error ? error.message : error}`)
  const headers = isLater ? { ...hidden, 'retry-after': '1' } : hidden
  return { status: isLater ? 503 : 500, headers, body: '' }
}
