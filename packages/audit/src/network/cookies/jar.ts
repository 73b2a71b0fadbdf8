import type { CookieAttributes } from '../../evidence/evidence.ts'
import type { StoredCookie } from '../../options/recording/storage-state.ts'
import { readSetCookie, type SeenCookie } from './set-cookie.ts'
import { CookieStore } from './store.ts'
import { asSetCookie, homeOf, keyOf } from './stored.ts'

/** A cookie, or a header with a token, as one request sends it. */
export interface Credential {
  readonly kind: 'cookie' | 'header'
  readonly name: string
  readonly value: string
  /** The word in front of a header's value, such as `Bearer`; left out where there is none. */
  readonly scheme?: string
  /** The name on the wire, where the site changes it and `name` stands for all of them. */
  readonly sentAs?: string
}

/** A cookie as a browser keeps it, with what decides whether requests of other sites carry it. */
export interface HeldCookie extends Pick<CookieAttributes, 'sameSite' | 'partitioned'> {
  readonly name: string
  readonly value: string
}

/** Where a request takes its credentials from, and what it learns from the answer. */
export interface Jar {
  credentials(url: URL): readonly Credential[]
  /** `cleared`: the answer told the browser to forget all cookies (Clear-Site-Data). */
  learn(url: URL, cookies: readonly SeenCookie[], cleared: boolean): void
}

/** A browser's jar: takes what a browser takes, sends what it sends, learns from each answer. */
export class BrowserJar implements Jar {
  readonly #cookies = new CookieStore()
  /** What the page's script keeps of an API login, and sends as a header. */
  token: Credential | null = null
  /** The member of the login's answer that renews that token. */
  refresh: readonly [name: string, value: string] | null = null

  credentials(url: URL): readonly Credential[] {
    const sent = this.held(url).map(({ name, value }): Credential => ({ kind: 'cookie', name, value }))
    return this.token === null ? sent : [...sent, this.token]
  }

  /** The cookies for an address, with the attributes of the Set-Cookie that each came by. */
  held(url: URL): readonly HeldCookie[] {
    return this.#cookies.for(url, Date.now())
  }

  /** Clear-Site-Data also removes what the same answer sets: so do Chromium, Firefox and Safari. */
  learn(url: URL, cookies: readonly SeenCookie[], cleared: boolean): void {
    for (const cookie of cookies) this.#cookies.put(cookie, url, Date.now())
    if (cleared) this.#cookies.clear()
  }

  /** All cookies, for any address. */
  stored(): readonly StoredCookie[] {
    return this.#cookies
      .all()
      .map(({ name, value, host, hostOnly, path, expires, httpOnly, secure, sameSite }) => ({
        ...{ name, value, path, httpOnly, secure, sameSite },
        domain: `${hostOnly ? '' : '.'}${host}`,
        expires: expires === null ? -1 : expires / 1000,
      }))
  }

  /** Holds these cookies and no others; what it holds already stays as it came. */
  adopt(cookies: readonly StoredCookie[]): void {
    const now = Date.now()
    const wanted = new Set(cookies.map(keyOf))
    const held = this.stored()
    const values = new Map(held.map((cookie) => [keyOf(cookie), cookie.value]))
    this.#cookies.keep(({ name, host, hostOnly, path }) =>
      wanted.has(keyOf({ name, domain: `${hostOnly ? '' : '.'}${host}`, path })),
    )
    for (const cookie of cookies) {
      const home = new URL(homeOf(cookie))
      const seen =
        values.get(keyOf(cookie)) === cookie.value ? null : readSetCookie(asSetCookie(cookie), home, now)
      if (seen) this.#cookies.put(seen, home, now)
    }
  }

  /** Puts a cookie in as an attacker could, with the scope the site itself uses for that name. */
  plant(url: URL, name: string, value: string, scope: { domain: string | null; path: string | null }): void {
    const prefixed = name.startsWith('__')
    const domain = scope.domain === null || prefixed ? '' : `; Domain=${scope.domain}`
    const secure = prefixed ? '; Secure; HttpOnly' : url.protocol === 'https:' ? '; Secure' : ''
    const raw = `${name}=${value}; Path=${scope.path ?? '/'}${domain}${secure}`
    const cookie = readSetCookie(raw, url, Date.now())
    if (cookie) this.#cookies.put(cookie, url, Date.now())
  }
}

/** A clean client that sends exactly these credentials everywhere and learns nothing. */
export function frozenJar(credentials: readonly Credential[]): Jar {
  return { credentials: () => credentials, learn: () => {} }
}

/** Like a frozen jar, but for the few steps of one redirect it remembers what answers set, `first` included. */
export function learningJar(
  credentials: readonly Credential[],
  first: { readonly cookies: readonly SeenCookie[] },
): Jar {
  let now = [...credentials]
  const learn = (cookies: readonly SeenCookie[]) => {
    for (const { name, value, deletion, refusedByBrowsers } of cookies) {
      if (refusedByBrowsers !== null) continue
      now = now.filter((credential) => credential.name !== name)
      if (!deletion) now.push({ kind: 'cookie', name, value })
    }
  }
  learn(first.cookies)
  return { credentials: () => now, learn: (_, cookies) => learn(cookies) }
}

/** A client that nobody has signed in. */
export const NO_CREDENTIALS: Jar = frozenJar([])

/** As a Cookie header has it: one without a name is its value alone. */
export function cookiePair({ name, value }: Pick<Credential, 'name' | 'value'>): string {
  return name === '' ? value : `${name}=${value}`
}

/** The credentials with these names, in the order they would be sent. */
export function pick(credentials: readonly Credential[], names: readonly string[]): readonly Credential[] {
  return credentials.filter(({ name }) => names.includes(name))
}

/** Reads a Cookie header as a user pastes it, with or without `Cookie:` in front. */
export function readCookieHeader(header: string): readonly Credential[] {
  return header
    .replace(/^\s*cookie:/i, '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.indexOf('=') > 0)
    .map((pair) => {
      const equals = pair.indexOf('=')
      return { kind: 'cookie', name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim() }
    })
}
