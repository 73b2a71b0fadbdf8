import { CookieJar } from 'tough-cookie'
import type { CookieAttributes } from '../../evidence/evidence.ts'
import type { StoredCookie } from '../../options/recording/storage-state.ts'
import type { SeenCookie } from './set-cookie.ts'
import { asSetCookie, homeOf, keyOf } from './stored.ts'

/** A cookie, or the Authorization header, as one request sends it. */
export interface Credential {
  readonly kind: 'cookie' | 'header'
  readonly name: string
  readonly value: string
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

/** The name under which a bearer token appears beside cookies. */
export const AUTHORIZATION = 'Authorization'

const KNOWN_SAME_SITE: Readonly<Record<string, CookieAttributes['sameSite']>> = {
  strict: 'Strict',
  lax: 'Lax',
  none: 'None',
}

/** A browser's jar: takes what a browser takes, sends what it sends, learns from each answer. */
export class BrowserJar implements Jar {
  readonly #cookies = new CookieJar(undefined, { rejectPublicSuffixes: false, prefixSecurity: 'silent' })
  /** The bearer token of an API login; sent as the Authorization header. */
  bearer: string | null = null

  credentials(url: URL): readonly Credential[] {
    const sent = this.#cookies
      .getCookiesSync(url.href)
      .map(({ key, value }): Credential => ({ kind: 'cookie', name: key, value }))
    if (this.bearer !== null) {
      sent.push({ kind: 'header', name: AUTHORIZATION, value: `Bearer ${this.bearer}` })
    }
    return sent
  }

  /** The cookies for an address, with the attributes of the Set-Cookie that each came by. */
  held(url: URL): readonly HeldCookie[] {
    return this.#cookies.getCookiesSync(url.href).map(({ key, value, sameSite, extensions }) => ({
      name: key,
      value,
      sameSite: sameSite === undefined ? null : (KNOWN_SAME_SITE[sameSite.toLowerCase()] ?? null),
      partitioned: extensions?.some((extension) => /^partitioned$/i.test(extension.trim())) === true,
    }))
  }

  learn(url: URL, cookies: readonly SeenCookie[], cleared: boolean): void {
    if (cleared) this.#cookies.removeAllCookiesSync()
    for (const cookie of cookies) {
      if (cookie.refusedByBrowsers === null) {
        this.#cookies.setCookieSync(cookie.raw, url.href, { ignoreError: true, loose: true })
      }
    }
  }

  /** All cookies, for any address. */
  stored(): readonly StoredCookie[] {
    return (this.#cookies.serializeSync()?.cookies ?? []).map((cookie) => ({
      name: cookie.key ?? '',
      value: cookie.value ?? '',
      domain: `${cookie.hostOnly === false ? '.' : ''}${cookie.domain ?? ''}`,
      path: typeof cookie.path === 'string' ? cookie.path : '/',
      expires: typeof cookie.expires === 'string' ? Date.parse(cookie.expires) / 1000 : -1,
      httpOnly: cookie.httpOnly === true,
      secure: cookie.secure === true,
      sameSite: KNOWN_SAME_SITE[String(cookie.sameSite).toLowerCase()] ?? null,
    }))
  }

  /** Holds these cookies and no others; what it holds already stays as it came. */
  adopt(cookies: readonly StoredCookie[]): void {
    const keep = (cookie: StoredCookie, more = ''): void => {
      this.#cookies.setCookieSync(asSetCookie(cookie) + more, homeOf(cookie), {
        ignoreError: true,
        loose: true,
      })
    }
    const wanted = new Set(cookies.map(keyOf))
    const held = this.stored()
    for (const cookie of held) if (!wanted.has(keyOf(cookie))) keep(cookie, '; Max-Age=0')
    const values = new Map(held.map((cookie) => [keyOf(cookie), cookie.value]))
    for (const cookie of cookies) if (values.get(keyOf(cookie)) !== cookie.value) keep(cookie)
  }

  /** Puts a cookie in as an attacker could, with the scope the site itself uses for that name. */
  plant(url: URL, name: string, value: string, scope: { domain: string | null; path: string | null }): void {
    const prefixed = name.startsWith('__')
    const domain = scope.domain === null || prefixed ? '' : `; Domain=${scope.domain}`
    const secure = prefixed ? '; Secure; HttpOnly' : url.protocol === 'https:' ? '; Secure' : ''
    const raw = `${name}=${value}; Path=${scope.path ?? '/'}${domain}${secure}`
    this.#cookies.setCookieSync(raw, url.href, { ignoreError: true, loose: true })
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
