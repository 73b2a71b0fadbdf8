import { toResponse } from '../../../adapters/core/fetch-exchange.ts'
import type { TokenGuard } from '../guard.ts'
import type { VerifiedToken } from '../verified-token.ts'
import { answerOf, type GuardOptions, scopeOf } from './answer.ts'
import { ofFetch } from './requests.ts'

/**
 * A fetch-standard handler behind a guard: it is called with good tokens alone. Token errors that it throws itself, as
 * `guard.requireScope` does, become their answer too; other errors are thrown on.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function fetchGuard<Claims extends object, Rest extends unknown[]>(
  guard: TokenGuard<Claims>,
  handler: (request: Request, token: VerifiedToken<Claims>, ...rest: Rest) => Response | Promise<Response>,
  options: GuardOptions = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const scope = scopeOf('fetchGuard', options)
  return async (request, ...rest) => {
    try {
      const token = await guard.verifyRequest(ofFetch(request))
      guard.requireScope(token, ...scope)
      return await handler(request, token, ...rest)
    } catch (error) {
      const answer = answerOf(error)
      if (answer) return toResponse(answer)
      throw error
    }
  }
}
