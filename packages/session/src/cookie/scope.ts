import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'

/** What makes two cookies of one name different ones to a browser. */
export interface CookieScope {
  readonly path: string
  /** Undefined: this host alone. */
  readonly domain: string | undefined
  /** Kept apart for each site that embeds this one. */
  readonly partitioned: boolean
}

/** A scope that the session cookie had in an earlier release, so that browsers may still send one of it. */
export interface FormerScope {
  /** Default '/'. */
  readonly path?: string | undefined
  /** Default: this host alone. */
  readonly domain?: string | undefined
  /** Default false. */
  readonly partitioned?: boolean | undefined
}

interface Sending {
  readonly secure: boolean
  readonly sameSite: string
}

export function attributesOf(
  { path, domain, partitioned }: CookieScope,
  { secure, sameSite }: Sending,
): string {
  return (
    `; Path=${path}${domain === undefined ? '' : `; Domain=${domain}`}` +
    `${secure ? '; Secure' : ''}; HttpOnly; SameSite=${sameSite}${partitioned ? '; Partitioned' : ''}`
  )
}

/** A Set-Cookie line that removes the cookie of these attributes. */
export function removal(name: string, attributes: string): string {
  return `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT${attributes}`
}

// Each is a line in every answer that sets the cookie.
const mostFormer = 10

/**
 * The Set-Cookie lines that remove the cookies of earlier scopes.
 * @throws SessionError `config_invalid` for a scope that this cookie cannot have had, or has
 */
export function formerRemovals(
  name: string,
  formerly: readonly FormerScope[],
  present: CookieScope,
  sending: Sending,
): readonly string[] {
  if (!Array.isArray(formerly) || formerly.length > mostFormer)
    refuse(`formerly must be a list of at most ${mostFormer} scopes. Write formerly: [{ path: '/app' }].`)
  return formerly.map((former) => {
    refuseUnknown('cookie.formerly', former, { path: true, domain: true, partitioned: true })
    const { path = '/', domain, partitioned = false } = former
    const scope = { path, domain, partitioned }
    refuseInvalidScope(name, scope, true)
    if (keyOf(scope) === keyOf(present))
      refuse(
        'formerly names the scope that the cookie has now: that would remove every new one. Leave it out.',
      )
    // A partitioned cookie was Secure, and for other sites' pages.
    return removal(name, attributesOf(scope, partitioned ? { secure: true, sameSite: 'None' } : sending))
  })
}

function keyOf({ path, domain, partitioned }: CookieScope): string {
  return JSON.stringify([path, domain?.toLowerCase().replace(/^\./, ''), partitioned])
}

const attributePattern = /^[\x21-\x3a\x3c-\x7e]+$/

/** @throws SessionError `config_invalid` for a scope that browsers refuse for a cookie of this name */
export function refuseInvalidScope(name: string, { path, domain }: CookieScope, secure: boolean): void {
  if (!path.startsWith('/') || !attributePattern.test(path)) {
    refuse(`path ${JSON.stringify(path)} must start with '/' and hold no spaces or semicolons. Write '/'.`)
  }
  if (domain !== undefined && !/^\.?[A-Za-z0-9.-]+$/.test(domain)) {
    refuse(
      `domain ${JSON.stringify(domain)} is not a host name. Leave it out to keep the cookie to this host.`,
    )
  }
  if (name.toLowerCase().startsWith('__host-') && (domain !== undefined || path !== '/' || !secure)) {
    refuse(
      `browsers drop ${JSON.stringify(name)} unless it is Secure with Path=/ and without Domain. ` +
        "Leave out domain, path and secure, or choose a name without the '__Host-' prefix.",
    )
  }
}

/** @throws SessionError `config_invalid` */
export function refuse(problem: string): never {
  throw new SessionError('config_invalid', `cookie: ${problem}`)
}
