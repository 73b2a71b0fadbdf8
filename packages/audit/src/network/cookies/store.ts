import type { CookieAttributes } from '../../evidence/evidence.ts'
import { hostOf, isLoopback } from '../host.ts'
import type { SeenCookie } from './set-cookie.ts'

export interface KeptCookie
  extends Pick<CookieAttributes, 'sameSite' | 'partitioned' | 'secure' | 'httpOnly'> {
  readonly name: string
  readonly value: string
  readonly host: string
  readonly hostOnly: boolean
  readonly path: string
  /** Milliseconds since 1970; null for as long as the browser runs. */
  readonly expires: number | null
}

/**
 * The cookies of one browser (RFC 6265bis, sections 5.7 and 5.8.3). What a Set-Cookie says, and whether browsers take
 * it, is not judged here: that was read once, by `readSetCookie`.
 */
export class CookieStore {
  /** In the order in which they are sent, but for their paths. */
  #cookies: readonly KeptCookie[] = []

  put(cookie: SeenCookie, url: URL, now: number): void {
    if (cookie.refusedByBrowsers !== null) return
    const stored = toStore(cookie, url, now)
    if (this.#covers(stored, url)) return
    const at = this.#cookies.findIndex((each) => isSame(each, stored))
    const old = this.#cookies[at]
    const isGone = stored.expires !== null && stored.expires <= now
    if (isGone) this.#cookies = this.#cookies.filter((each) => each !== old)
    // As Chromium has it, another value makes it the newest; other attributes do not.
    else if (old?.value === stored.value) this.#cookies = this.#cookies.with(at, stored)
    else this.#cookies = [...this.#cookies.filter((each) => each !== old), stored]
  }

  clear(): void {
    this.#cookies = []
  }

  /** Forgets all that are not wanted. */
  keep(isWanted: (cookie: KeptCookie) => boolean): void {
    this.#cookies = this.#cookies.filter(isWanted)
  }

  /** Whatever the address. */
  all(): readonly KeptCookie[] {
    return this.#cookies
  }

  /** The cookies that a request carries, those of longer paths first. */
  for(url: URL, now: number): readonly KeptCookie[] {
    const host = hostOf(url)
    return this.#cookies
      .filter(({ expires }) => expires === null || expires > now)
      .filter((cookie) => host === cookie.host || (!cookie.hostOnly && isBelow(host, cookie.host)))
      .filter(({ path }) => isWithin(url.pathname, path))
      .filter(({ secure }) => !secure || isSecure(url))
      .toSorted((a, b) => b.path.length - a.path.length)
  }

  /** Plain http may not put its own cookie beside or over one that is Secure. */
  #covers({ name, host, path, secure }: KeptCookie, url: URL): boolean {
    if (secure || isSecure(url)) return false
    return this.#cookies.some(
      (each) =>
        each.secure &&
        each.name === name &&
        (each.host === host || isBelow(each.host, host) || isBelow(host, each.host)) &&
        isWithin(path, each.path),
    )
  }
}

function toStore({ name, value, attributes }: SeenCookie, url: URL, now: number): KeptCookie {
  const { domain, path, lifetimeSeconds, sameSite, partitioned, secure, httpOnly } = attributes
  const host = hostOf(url)
  return {
    ...{ name, value, sameSite, partitioned, secure, httpOnly },
    host: domain ?? host,
    // A Domain that is an IP address, or a public suffix, stands for the host itself.
    hostOnly: domain === null || (domain === host && isAddress(host)),
    path: path ?? defaultPath(url),
    expires: lifetimeSeconds === null ? null : now + lifetimeSeconds * 1000,
  }
}

function isSame(one: KeptCookie, other: KeptCookie): boolean {
  const keys = ['name', 'host', 'hostOnly', 'path', 'partitioned'] as const
  return keys.every((key) => one[key] === other[key])
}

function isBelow(host: string, domain: string): boolean {
  return host.endsWith(`.${domain}`) && !isAddress(host)
}

function isAddress(host: string): boolean {
  return /^[\d.]+$|:/.test(host)
}

/** RFC 6265bis, section 5.1.4. */
function defaultPath({ pathname }: URL): string {
  return pathname.slice(0, Math.max(pathname.lastIndexOf('/'), 0)) || '/'
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(hostOf(url))
}
