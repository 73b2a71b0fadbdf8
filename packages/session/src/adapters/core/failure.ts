import type { SessionError } from '../../errors.ts'

/** What an adapter answers in the application's place. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** The answer to a session error that reaches an adapter: law 8's 503 among them. */
export function failureOf(error: SessionError): Answer {
  return { status: error.status, body: `${publicText(error)}\n`, headers: headersFor(error) }
}

function headersFor({ status, challenge }: SessionError): Record<string, string> {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  if (challenge !== undefined) return { ...headers, 'www-authenticate': challenge }
  return status === 503 ? { ...headers, 'retry-after': '1' } : headers
}

// The message is for the developer: a visitor learns only what to do.
function publicText({ status, code }: SessionError): string {
  if (code === 'reauthentication_required') return 'Confirm who you are to do this.'
  if (code === 'privilege_required') return 'You are not allowed to do this now.'
  if (code === 'cross_origin_request') return 'This request came from another site and was refused.'
  if (code === 'csrf_token_invalid') return 'This form is out of date. Load the page again.'
  if (status === 503) return 'Sessions are not available right now. Try again in a moment.'
  if (status === 401) return 'Your session has ended. Sign in again.'
  if (status === 409) return 'Your session changed meanwhile. Try again.'
  return status < 500 ? 'This request cannot be stored in your session.' : 'Internal server error.'
}
