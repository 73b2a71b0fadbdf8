import { isRecord, recordsOf, textOf } from './plain.ts'

/** A cookie as a browser keeps it. */
export interface StoredCookie {
  readonly name: string
  readonly value: string
  /** With a leading dot where subdomains get it too. */
  readonly domain: string
  readonly path: string
  /** Seconds since 1970; -1 for a cookie of the browser session. */
  readonly expires: number
  readonly httpOnly: boolean
  readonly secure: boolean
  /** Null where the site said nothing. */
  readonly sameSite: 'Strict' | 'Lax' | 'None' | null
}

/** What a page keeps in its local or session storage. */
export interface StoredItem {
  readonly origin: string
  readonly name: string
  readonly value: string
}

/** A browser's cookies and what pages stored in it, as Playwright's `storageState` writes them. */
export interface StorageRecording {
  readonly kind: 'storage-state'
  readonly cookies: readonly StoredCookie[]
  readonly items: readonly StoredItem[]
}

/** Null for anything else. */
export function readStorageState(data: unknown): StorageRecording | null {
  if (!isRecord(data) || !Array.isArray(data.cookies)) return null
  if (data.origins !== undefined && !Array.isArray(data.origins)) return null
  return {
    kind: 'storage-state',
    cookies: recordsOf(data.cookies).flatMap(readCookie),
    items: recordsOf(data.origins).flatMap((origin) =>
      [...recordsOf(origin.localStorage), ...recordsOf(origin.sessionStorage)].flatMap(({ name, value }) =>
        typeof name === 'string' && typeof value === 'string'
          ? [{ origin: textOf(origin.origin), name, value }]
          : [],
      ),
    ),
  }
}

/** One cookie as Playwright, or the browser itself, writes it down. */
export function readCookie(data: Readonly<Record<string, unknown>>): StoredCookie[] {
  const { name, value, domain, path, expires, httpOnly, secure, sameSite } = data
  if (typeof name !== 'string' || typeof value !== 'string' || typeof domain !== 'string') return []
  return [
    {
      name,
      value,
      domain,
      path: textOf(path) || '/',
      expires: typeof expires === 'number' && expires > 0 ? expires : -1,
      httpOnly: httpOnly === true,
      secure: secure === true,
      sameSite: sameSite === 'Strict' || sameSite === 'Lax' || sameSite === 'None' ? sameSite : null,
    },
  ]
}
