import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'

/** Strict and Lax keep the cookie off most cross-site requests; None sends it everywhere (RFC 6265bis section 5.6.7). */
export type SameSite = 'Strict' | 'Lax' | 'None'

interface CommonCookieOptions {
  /** Default 'Strict'. */
  readonly sameSite?: SameSite
}

/** What every name may have, and all that a `__Host-` name may have (RFC 6265bis section 4.1.3.2). */
interface HostCookieOptions extends CommonCookieOptions {
  /** Default '__Host-session'. */
  readonly name?: string
  readonly secure?: true
  readonly path?: '/'
  readonly domain?: never
}

interface SecureCookieOptions extends CommonCookieOptions {
  readonly name: `__Secure-${string}`
  readonly secure?: true
  readonly path?: string
  /** Shares the session with every subdomain: each of them can then read and plant it. */
  readonly domain?: string
}

type Letter =
  | ('a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'l' | 'm')
  | ('n' | 'o' | 'p' | 'q' | 'r' | 's' | 't' | 'u' | 'v' | 'w' | 'x' | 'y' | 'z')

// TypeScript has no type for "any string but those that start with __Host-", but a name that starts with a letter
// is never one of them: that makes `{ name: '__Host-x', domain: 'example.com' }` a compile error.
interface PlainCookieOptions extends CommonCookieOptions {
  readonly name: `${Letter | Uppercase<Letter>}${string}`
  /** False only for plain http beyond localhost: anyone on the network can then read the token. Default true. */
  readonly secure?: boolean
  readonly path?: string
  /** Shares the session with every subdomain: each of them can then read and plant it. */
  readonly domain?: string
}

/** How the session cookie is named and sent. Always HttpOnly. */
export type CookieOptions = HostCookieOptions | SecureCookieOptions | PlainCookieOptions

/** The session cookie of one `createSessions`: how to find it in a request and write it into a response. */
export interface SessionCookie {
  readonly name: string
  readonly secure: boolean
  /**
   * The cookie's value in a Cookie header; null when absent. Null also when the name comes twice with different
   * values: a sibling host has planted one (cookie tossing), and picking either could sign the user in as another.
   */
  find(header: string | null | undefined): string | null
  /** All different values that come under the name, a few at most; none when absent. */
  candidates(header: string | null | undefined): readonly string[]
  /**
   * A Set-Cookie line that holds the token.
   * @param life milliseconds that the browser is to keep it; null: until it is closed
   */
  issue(token: string, life: number | null): string
  /** A Set-Cookie line that removes the cookie. */
  remove(): string
}

const knownOptions = { name: true, path: true, domain: true, secure: true, sameSite: true } as const

/** @throws SessionError `config_invalid` for what browsers would refuse (RFC 6265bis), saying what to write instead */
export function createCookie(options: CookieOptions = {}): SessionCookie {
  refuseUnknown('cookie', options, knownOptions)
  const name = options.name ?? '__Host-session'
  const path = options.path ?? '/'
  const secure = options.secure ?? true
  const sameSite = options.sameSite ?? 'Strict'
  const domain = options.domain
  refuseInvalid({ name, path, secure, sameSite, domain })

  const attributes =
    `; Path=${path}${domain === undefined ? '' : `; Domain=${domain}`}` +
    `${secure ? '; Secure' : ''}; HttpOnly; SameSite=${sameSite}`
  return {
    name,
    secure,
    find: (header) => (header ? findCookie(header, name) : null),
    candidates: (header) => (header ? candidatesIn(header, name) : none),
    issue: (token, life) => `${name}=${token}${life === null ? '' : maxAge(life)}${attributes}`,
    remove: () => `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT${attributes}`,
  }
}

// Browsers keep no cookie for longer (RFC 6265bis section 5.6.2); the server judges the time in any case.
const longest = 400 * 86_400

function maxAge(life: number): string {
  return `; Max-Age=${Math.min(longest, Math.max(1, Math.ceil(life / 1000)))}`
}

interface Resolved {
  readonly name: string
  readonly path: string
  readonly secure: boolean
  readonly sameSite: string
  readonly domain: string | undefined
}

const namePattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const attributePattern = /^[\x21-\x3a\x3c-\x7e]+$/

function refuseInvalid({ name, path, secure, sameSite, domain }: Resolved): void {
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
  if (!path.startsWith('/') || !attributePattern.test(path)) {
    refuse(`path ${JSON.stringify(path)} must start with '/' and hold no spaces or semicolons. Write '/'.`)
  }
  if (domain !== undefined && !/^\.?[A-Za-z0-9.-]+$/.test(domain)) {
    refuse(
      `domain ${JSON.stringify(domain)} is not a host name. Leave it out to keep the cookie to this host.`,
    )
  }
  if (prefix.startsWith('__host-') && (domain !== undefined || path !== '/' || !secure)) {
    refuse(
      `browsers drop ${quoted} unless it is Secure with Path=/ and without Domain. ` +
        "Leave out domain, path and secure, or choose a name without the '__Host-' prefix.",
    )
  }
  if ((prefix.startsWith('__secure-') || prefix.startsWith('__http-')) && !secure) {
    refuse(`browsers drop ${quoted} unless it is Secure. Leave out secure: false, or choose another name.`)
  }
}

function refuse(problem: string): never {
  throw new SessionError('config_invalid', `cookie: ${problem}`)
}

// Most requests carry the name once and at a boundary, so this looks for the name instead of splitting the header.
function findCookie(header: string, name: string): string | null {
  let found: string | null = null
  let from = 0
  for (;;) {
    const at = header.indexOf(name, from)
    if (at < 0) return found
    from = at + name.length
    if (header.charCodeAt(from) !== equalsSign || !startsPair(header, at)) continue
    const end = header.indexOf(';', from)
    const value = header.slice(from + 1, end < 0 ? undefined : end).trim()
    if (found !== null && found !== value) return null
    found = value
  }
}

const none: readonly string[] = []
const mostCandidates = 4

function candidatesIn(header: string, name: string): readonly string[] {
  const found: string[] = []
  for (let from = 0; found.length < mostCandidates; ) {
    const at = header.indexOf(name, from)
    if (at < 0) break
    from = at + name.length
    if (header.charCodeAt(from) !== equalsSign || !startsPair(header, at)) continue
    const end = header.indexOf(';', from)
    const value = header.slice(from + 1, end < 0 ? undefined : end).trim()
    if (!found.includes(value)) found.push(value)
  }
  return found
}

const equalsSign = 61
const semicolon = 59
const space = 32
const tab = 9

function startsPair(header: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && (header.charCodeAt(before) === space || header.charCodeAt(before) === tab)) before--
  return before < 0 || header.charCodeAt(before) === semicolon
}
