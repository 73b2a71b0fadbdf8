import { reservedPrefix } from '../../record/values/json.ts'
import { Cookie, type CookieOptions } from './cookie.ts'

// What is particular to one session's cookie lives in its record, under a name that applications cannot have.
export const cookieKey = `${reservedPrefix}cookie`

const attributes = ['path', 'domain', 'secure', 'sameSite', 'partitioned', 'priority'] as const

interface Note extends Pick<CookieOptions, (typeof attributes)[number]> {
  readonly originalMaxAge: number | null
  /** Milliseconds since the epoch. */
  readonly expires: number | null
}

/**
 * What a session's cookie has otherwise than that of a new session; null for nothing, as nearly always. `fixed` is the
 * same without the moment, which moves with every use.
 */
export function noteOf(
  cookie: Cookie,
  fresh: Cookie,
): { readonly text: string; readonly fixed: string } | null {
  const changed = attributes.filter((name) => cookie[name] !== fresh[name])
  const { originalMaxAge, expires } = cookie
  if (changed.length === 0 && originalMaxAge === fresh.originalMaxAge) return null
  const fixed = { ...Object.fromEntries(changed.map((name) => [name, cookie[name] ?? null])), originalMaxAge }
  return {
    text: JSON.stringify({ ...fixed, expires: expires?.getTime() ?? null }),
    fixed: JSON.stringify(fixed),
  }
}

/** Moves the fresh cookie to what the note of a session says. */
export function applyNote(text: string | undefined, fresh: Cookie, now: () => number): Cookie {
  if (text === undefined) return fresh
  const { expires, originalMaxAge, ...changed }: Note = JSON.parse(text)
  const cookie = new Cookie({ ...fresh.data, ...changed }, now)
  cookie.expires = expires === null ? null : new Date(expires)
  cookie.originalMaxAge = originalMaxAge
  return cookie
}
