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
  readonly store: 'local' | 'session'
  readonly name: string
  readonly value: string
}

/** What of a browser's storage is known, and in which stores it was looked for. */
export interface Stored {
  readonly stores: readonly StoredItem['store'][]
  readonly items: readonly StoredItem[]
}

/** What is known after another login, each entry once. */
export function withMore(known: Stored | null, { stores, items }: Stored): Stored {
  const all = [...(known?.items ?? []), ...items]
  return {
    stores: [...new Set([...(known?.stores ?? []), ...stores])],
    items: [...new Map(all.map((item) => [JSON.stringify(item), item])).values()],
  }
}

/** A browser's cookies and what pages stored in it, as Playwright's `storageState` writes them. */
export interface StorageRecording extends Stored {
  readonly kind: 'storage-state'
  readonly cookies: readonly StoredCookie[]
}

/** Null for anything else. */
export function readStorageState(data: unknown): StorageRecording | null {
  if (!isRecord(data) || !Array.isArray(data.cookies)) return null
  if (data.origins !== undefined && !Array.isArray(data.origins)) return null
  const origins = recordsOf(data.origins)
  const hasSession = origins.some(({ sessionStorage }) => Array.isArray(sessionStorage))
  return {
    kind: 'storage-state',
    cookies: recordsOf(data.cookies).flatMap(readCookie),
    // Playwright leaves out an origin that keeps nothing, and never writes what is of one window only.
    stores: data.origins === undefined ? [] : hasSession ? ['local', 'session'] : ['local'],
    items: origins.flatMap((each) => [
      ...itemsOf(each, 'local', each.localStorage),
      ...itemsOf(each, 'session', each.sessionStorage),
    ]),
  }
}

function itemsOf(
  { origin }: Readonly<Record<string, unknown>>,
  store: StoredItem['store'],
  list: unknown,
): StoredItem[] {
  return recordsOf(list).flatMap(({ name, value }) =>
    typeof name === 'string' && typeof value === 'string'
      ? [{ origin: textOf(origin), store, name, value }]
      : [],
  )
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
