import type { CheckId } from '../twin.ts'

/** One finding of a scanner, in its own words. */
export interface Claim {
  readonly category: string
  readonly method: string
  readonly path: string
  readonly info: string
}

/** What is known of the site besides, so that a claim is taken for no more than it says. */
export interface Known {
  /** Names of the cookies that carry the session. */
  readonly carriers: readonly string[]
  /** Path of the login form's target. */
  readonly loginPath: string | null
}

/** The checks that a claim of wapiti can be about; of the others it has no module. */
export const CLAIMED: readonly CheckId[] = [
  'cookie-httponly',
  'cookie-secure',
  'cross-site-request',
  'login-csrf',
  'framing',
  'transport',
]

/**
 * Which check's fault a claim of wapiti names: `noise` where it speaks of a cookie that is not the session's, null where it
 * is about nothing that a check looks at (types of content, policies of scripts).
 */
export function checkOf(
  { category, path, info }: Claim,
  { carriers, loginPath }: Known,
): CheckId | 'noise' | null {
  const attribute = COOKIE[category]
  if (attribute !== undefined) {
    const name = info.split(':').at(-1)?.trim() ?? ''
    return carriers.includes(name) ? attribute : 'noise'
  }
  if (category === 'Cross Site Request Forgery') {
    return path === loginPath ? 'login-csrf' : 'cross-site-request'
  }
  if (category !== 'HTTP Secure Headers') return null
  if (info.startsWith('Strict-Transport-Security')) return 'transport'
  return info.startsWith('X-Frame-Options') ? 'framing' : null
}

const COOKIE: Readonly<Record<string, CheckId>> = {
  'HttpOnly Flag cookie': 'cookie-httponly',
  'Secure Flag cookie': 'cookie-secure',
}
