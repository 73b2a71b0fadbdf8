import type { Answer } from '../../../adapters/core/failure.ts'
import { refuseUnknown } from '../../../known-options.ts'
import { isTokenError } from '../../token-error.ts'
import { checkedScope } from '../guard-options.ts'

export interface GuardOptions {
  /** What a token must be good for here, beside the guard's own `scope`; 403 otherwise. Default: nothing more. */
  readonly scope?: readonly string[] | undefined
}

/** @throws SessionError `config_invalid` for options that do not exist, and a scope that is no list */
export function scopeOf(what: string, options: GuardOptions): readonly string[] {
  refuseUnknown(what, options, { scope: true })
  return checkedScope(what, options.scope)
}

/** The answer to a token error: its challenge, and its code as JSON. Null for errors that are the application's. */
export function answerOf(error: unknown): Answer | null {
  if (!isTokenError(error)) return null
  return {
    status: error.status,
    body: `${JSON.stringify({ code: error.code })}\n`,
    headers: { ...error.headers, 'cache-control': 'no-store', 'content-type': 'application/json' },
  }
}
