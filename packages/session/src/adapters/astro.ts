import type { SessionSummary } from '../record/summary.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { fetchSession } from './fetch.ts'

/** What is used of Astro's APIContext. */
export interface AstroContext {
  readonly request: Request
  readonly locals: object
  readonly isPrerendered: boolean
  readonly clientAddress: string
}

export type AstroMiddleware = (context: AstroContext, next: () => Promise<Response>) => Promise<Response>

/**
 * Sessions for Astro 7: `export const onRequest = astroSession(sessions)` in `src/middleware.ts`, then
 * `Astro.locals.session` in pages and `context.locals.session` in endpoints. Session errors become 401, 403, 409, 413 or
 * 503. Pages that are built beforehand have no session.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function astroSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  options?: AdapterOptions,
): AstroMiddleware {
  createAnswers('astroSession', sessions, options)
  const seen = new WeakSet<object>()
  const handle = fetchSession(
    sessions,
    (_request: Request, session: Own, { locals }: AstroContext, next: () => Promise<Response>) => {
      seen.add(locals)
      Object.assign(locals, { session })
      return next()
    },
    { ...options, remoteAddress: (_request, context) => addressOf(context) },
  )
  return (context, next) => {
    // After Astro.rewrite, it comes here again with another Request for the same answer.
    if (context.isPrerendered || seen.has(context.locals)) return next()
    return handle(context.request, context, next)
  }
}

/** Astro throws where its adapter knows none. */
function addressOf(context: AstroContext): string | undefined {
  try {
    return context.clientAddress
  } catch {
    return undefined
  }
}
