import { refuseUnknown } from '../known-options.ts'
import {
  attributesOf,
  type FormerScope,
  formerRemovals,
  refuse,
  refuseInvalidScope,
  removal,
} from './scope.ts'
import { cookieValues } from './values.ts'

export type { FormerScope } from './scope.ts'

/** Strict and Lax keep the cookie off most cross-site requests; None sends it everywhere (RFC 6265bis section 5.6.7). */
export type SameSite = 'Strict' | 'Lax' | 'None'

interface CommonCookieOptions {
  /** Default 'Strict'. */
  readonly sameSite?: SameSite | undefined
  /**
   * For a site that lives in frames of others: browsers keep one session for each site that embeds it (CHIPS), also where
   * they block third-party cookies. Needs sameSite 'None'. Default false.
   */
  readonly partitioned?: boolean | undefined
  /**
   * Path, domain or partition that the cookie had in earlier releases. Browsers keep such cookies and send them beside the
   * new one; they are removed whenever the cookie is set or removed. Leave a scope in here for as long as those live.
   */
  readonly formerly?: readonly FormerScope[] | undefined
}

/** What every name may have, and all that a `__Host-` name may have (RFC 6265bis section 4.1.3.2). */
export interface HostCookieOptions extends CommonCookieOptions {
  /** Default '__Host-session'. */
  readonly name?: string | undefined
  readonly secure?: true | undefined
  readonly path?: '/' | undefined
  readonly domain?: never | undefined
}

/** A `__Secure-` name, which browsers take with Secure only, for any path and domain (RFC 6265bis section 4.1.3.1). */
export interface SecureCookieOptions extends CommonCookieOptions {
  readonly name: `__Secure-${string}`
  readonly secure?: true | undefined
  readonly path?: string | undefined
  /** Shares the session with every subdomain: each of them can then read and plant it. */
  readonly domain?: string | undefined
}

type Letter =
  | ('a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'l' | 'm')
  | ('n' | 'o' | 'p' | 'q' | 'r' | 's' | 't' | 'u' | 'v' | 'w' | 'x' | 'y' | 'z')

/** A name without a prefix: sibling hosts can plant it. */
export interface PlainCookieOptions extends CommonCookieOptions {
  // TypeScript has no type for "any string but those that start with __Host-", but a name that starts with a letter
  // is never one of them: that makes `{ name: '__Host-x', domain: 'example.com' }` a compile error.
  readonly name: `${Letter | Uppercase<Letter>}${string}`
  /** False only for plain http beyond localhost: anyone on the network can then read the token. Default true. */
  readonly secure?: boolean | undefined
  readonly path?: string | undefined
  /** Shares the session with every subdomain: each of them can then read and plant it. */
  readonly domain?: string | undefined
}

/** How the session cookie is named and sent. Always HttpOnly. */
export type CookieOptions = HostCookieOptions | SecureCookieOptions | PlainCookieOptions

/** The session cookie of one `createSessions`: how to find it in a request and write it into a response. */
export interface SessionCookie {
  readonly name: string
  readonly secure: boolean
  /**
   * All distinct values of the name in a Cookie header, as they come: browsers send that of the longer path first, then the
   * older one. At most 8, so that a header costs no more than that.
   */
  candidates(header: string | null | undefined): readonly string[]
  /**
   * A Set-Cookie line that holds the token.
   * @param life milliseconds that the browser is to keep it; null: until it is closed
   */
  issue(token: string, life: number | null): string
  /** A Set-Cookie line that removes the cookie. */
  remove(): string
  /** Set-Cookie lines that remove the cookies of earlier scopes, for every answer that sets or removes this one. */
  readonly formerRemovals: readonly string[]
}

const knownOptions = {
  name: true,
  path: true,
  domain: true,
  secure: true,
  sameSite: true,
  partitioned: true,
  formerly: true,
} as const

const mostCandidates = 8

/** @throws SessionError `config_invalid` for what browsers would refuse (RFC 6265bis), saying what to write instead */
export function createCookie(options: CookieOptions = {}): SessionCookie {
  refuseUnknown('cookie', options, knownOptions)
  const { name = '__Host-session', path = '/', domain, secure = true, sameSite = 'Strict' } = options
  const { partitioned = false, formerly = [] } = options
  const scope = { path, domain, partitioned }
  refuseInvalid({ name, secure, sameSite, partitioned })
  refuseInvalidScope(name, scope, secure)
  const attributes = attributesOf(scope, { secure, sameSite })

  return {
    name,
    secure,
    candidates: (header) => (header ? cookieValues(header, name, mostCandidates) : []),
    issue: (token, life) => `${name}=${token}${life === null ? '' : maxAge(life)}${attributes}`,
    remove: () => removal(name, attributes),
    formerRemovals: formerRemovals(name, formerly, scope, { secure, sameSite }),
  }
}

// Browsers keep no cookie for longer (RFC 6265bis section 5.6.2); the server judges the time in any case.
const longest = 400 * 86_400

function maxAge(life: number): string {
  return `; Max-Age=${Math.min(longest, Math.max(1, Math.ceil(life / 1000)))}`
}

interface Resolved {
  readonly name: string
  readonly secure: boolean
  readonly sameSite: string
  readonly partitioned: boolean
}

const namePattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

function refuseInvalid({ name, secure, sameSite, partitioned }: Resolved): void {
  const quoted = JSON.stringify(name)
  const prefix = name.toLowerCase()
  if (!namePattern.test(name)) {
    refuse(
      `name ${quoted} is not a cookie name. Use letters, digits, '-' and '_' (RFC 6265bis section 4.1.1).`,
    )
  }
  if (!['Strict', 'Lax', 'None'].includes(sameSite)) {
    refuse(`sameSite ${JSON.stringify(sameSite)} does not exist. Write 'Strict', 'Lax' or 'None'.`)
  }
  if (sameSite === 'None' && !secure) {
    refuse(
      "browsers drop a cookie with sameSite 'None' that is not Secure. Write secure: true, or sameSite 'Lax'.",
    )
  }
  if (partitioned && sameSite !== 'None') {
    refuse(
      "partitioned is for pages inside other sites, which send no cookie without sameSite: 'None'. Write that, or leave partitioned out.",
    )
  }
  if ((prefix.startsWith('__secure-') || prefix.startsWith('__http-')) && !secure) {
    refuse(`browsers drop ${quoted} unless it is Secure. Leave out secure: false, or choose another name.`)
  }
}
