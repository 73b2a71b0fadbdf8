import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Session } from '../session.ts'
import type { OpenOptions, Sessions } from '../sessions.ts'
import { nodeExchange } from './node.ts'

/** A request's session, and the middleware that opens it. */
export interface ExpressSession<Data extends object> {
  (req: IncomingMessage): Session<Data>
  readonly middleware: (
    req: IncomingMessage,
    res: ServerResponse,
    next: (error?: unknown) => void,
  ) => Promise<void>
}

/**
 * Sessions for Express 5: `const session = expressSession(sessions)`, then `app.use(session.middleware)` and
 * `session(req)` in any handler, typed. Errors go to Express's error handler, which answers with their `status`.
 */
export function expressSession<Data extends object>(
  sessions: Sessions<Data>,
  options?: OpenOptions,
): ExpressSession<Data> {
  // A property of the request under a symbol of this application: a WeakMap costs three times as much.
  const opened = Symbol('latchkey session')
  type WithSession = IncomingMessage & { [opened]?: Session<Data> }

  function sessionOf(req: IncomingMessage): Session<Data> {
    const session = (req as WithSession)[opened]
    if (!session)
      throw new Error('This request has no session: app.use(session.middleware) before the route.')
    return session
  }

  return Object.assign(sessionOf, {
    async middleware(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) {
      const session = await sessions.open(nodeExchange(req, res), options)
      ;(req as WithSession)[opened] = session
      next()
    },
  })
}
