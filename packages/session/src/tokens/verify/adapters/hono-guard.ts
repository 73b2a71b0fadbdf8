import type { MiddlewareHandler } from 'hono'
import { toResponse } from '../../../adapters/core/fetch-exchange.ts'
import type { TokenGuard } from '../guard.ts'
import type { VerifiedToken } from '../verified-token.ts'
import { answerOf, type GuardOptions, scopeOf } from './answer.ts'
import { ofFetch } from './requests.ts'

/** The variable that {@link honoGuard} sets: `new Hono<{ Variables: TokenVariables<Claims> }>()`. */
export interface TokenVariables<Claims extends object = Record<string, unknown>> {
  token: VerifiedToken<Claims>
}

/**
 * Middleware for Hono: `c.var.token`. Token errors that a handler throws have their answer as well, unless `app.onError`
 * gives another.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function honoGuard<Claims extends object>(
  guard: TokenGuard<Claims>,
  options: GuardOptions = {},
): MiddlewareHandler<{ Variables: TokenVariables<Claims> }> {
  const scope = scopeOf('honoGuard', options)
  return async (c, next) => {
    try {
      const token = await guard.verifyRequest(ofFetch(c.req.raw))
      guard.requireScope(token, ...scope)
      c.set('token', token)
    } catch (error) {
      const answer = answerOf(error)
      if (!answer) throw error
      return toResponse(answer)
    }
    await next()
  }
}
