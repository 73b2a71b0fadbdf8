import { isSessionError, type SessionError } from '../errors.ts'

/** What an adapter answers with when a session error reaches it: law 8's 503 among them. */
export interface Failure {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Null for errors that are not the session layer's: those belong to the application. */
export function failureOf(error: unknown): Failure | null {
  if (!isSessionError(error)) return null
  return { status: error.status, body: `${publicText(error)}\n`, headers: headersFor(error) }
}

function headersFor({ status }: SessionError): Record<string, string> {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  return status === 503 ? { ...headers, 'retry-after': '1' } : headers
}

// The message is for the developer: a visitor learns only what to do.
function publicText({ status }: SessionError): string {
  if (status === 503) return 'Sessions are not available right now. Try again in a moment.'
  if (status === 401) return 'Your session has ended. Sign in again.'
  if (status === 409) return 'Your session changed meanwhile. Try again.'
  return status < 500 ? 'This request cannot be stored in your session.' : 'Internal server error.'
}
