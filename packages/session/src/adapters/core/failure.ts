import { isSessionError, type SessionError } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'
import { prefersJson } from './accept.ts'

/** What an adapter answers in the application's place. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** The text of an error's answer, in the user's language for instance; undefined for the one there is. */
export type ErrorText = (error: SessionError, exchange: Exchange) => string | undefined

/** Whether somebody has to mend the server: an error of the application's own, or one of ours with a status of 500 and above. */
export function isFault(error: unknown): boolean {
  return !isSessionError(error) || error.status >= 500
}

/** Passes on what somebody has to mend; of our own errors, only to who asks for them: the others read `warn`. */
export function hear(error: unknown, onError: ((error: unknown) => void) | undefined): void {
  if (onError ? isFault(error) : !isSessionError(error)) (onError ?? console.error)(error)
}

/** The answer to a session error that reaches an adapter: law 8's 503 among them. */
export function failureOf(error: SessionError, exchange: Exchange, errorText?: ErrorText): Answer {
  const text = textOf(error, exchange, errorText)
  const isJson = prefersJson(exchange.header('accept') ?? '')
  const body = isJson ? JSON.stringify({ code: error.code, message: text }) : text
  return { status: error.status, body: `${body}\n`, headers: headersFor(error, isJson) }
}

/** What a visitor reads of it. */
export function textOf(error: SessionError, exchange: Exchange, errorText?: ErrorText): string {
  return errorText?.(error, exchange) ?? plainTextOf(error)
}

function headersFor({ status, challenge }: SessionError, isJson: boolean): Record<string, string> {
  const type = isJson ? 'application/json' : 'text/plain; charset=utf-8'
  const headers = { 'content-type': type, 'cache-control': 'no-store' }
  if (challenge !== undefined) return { ...headers, 'www-authenticate': challenge }
  return status === 503 ? { ...headers, 'retry-after': '1' } : headers
}

/** What a visitor reads: the message is for the developer. */
export function plainTextOf({ status, code }: SessionError): string {
  if (code === 'reauthentication_required') return 'Confirm who you are to do this.'
  if (code === 'privilege_required') return 'You are not allowed to do this now.'
  if (code === 'cross_origin_request') return 'This request came from another site and was refused.'
  if (code === 'csrf_token_invalid') return 'This form is out of date. Load the page again.'
  if (status === 503) return 'Sessions are not available right now. Try again in a moment.'
  if (status === 401) return 'Your session has ended. Sign in again.'
  if (status === 409) return 'Your session changed meanwhile. Try again.'
  return status < 500 ? 'This request cannot be stored in your session.' : 'Internal server error.'
}
