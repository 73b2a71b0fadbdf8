/** Longer than this is not waited for at a time: the answer stands. */
const LONGEST = 60_000
/** Where the site does not say how long (RFC 9110, 10.2.3): by how often it was asked before. */
const UNSAID = [1000, 2000, 4000] as const
/** A request is sent again this many times at most. */
export const MOST_ATTEMPTS = UNSAID.length

/** An answer that may say "not now". */
export interface PutOff {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/**
 * How many milliseconds a 429 or 503 asks to wait before the same request is sent again; null for an answer to take
 * as it is.
 * @param attempt how often the request was sent before this answer's
 */
export function askedToWait({ status, headers }: PutOff, attempt: number, now: number): number | null {
  if (status !== 429 && status !== 503) return null
  if (attempt >= MOST_ATTEMPTS) return null
  const said = retryAfter(headers, now)
  if (said === null) return UNSAID[attempt] ?? null
  return said > LONGEST ? null : Math.max(said, UNSAID[0])
}

/** Whether the answer itself says that it may be sent again: the site did nothing with it yet. */
export function saysAgain({ status, headers }: PutOff): boolean {
  return status === 429 || headers['retry-after'] !== undefined
}

/** The header in milliseconds from now: seconds, or a date by the site's own clock where it tells it. */
function retryAfter(headers: PutOff['headers'], now: number): number | null {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const date = /GMT$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(date)) return null
  const sites = Date.parse(headers.date ?? '')
  return Math.max(0, date - (Number.isNaN(sites) ? now : sites))
}
