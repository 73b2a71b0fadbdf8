import { fileURLToPath } from 'node:url'

/** Where the console's own data are. */
export type DatabaseSetting =
  | { readonly kind: 'sqlite'; readonly path: string; readonly variable: 'LATCHKEY_DATA' | 'DATABASE_URL' }
  | { readonly kind: 'postgres'; readonly url: string }

/** Where sessions are; `database`: with the console's own data. */
export type SessionsSetting =
  | { readonly kind: 'database' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string }

// What is refused is never repeated: it may hold a password.
const postgresForm = 'postgres://USER:PASSWORD@HOST:5432/DATABASE'
export const databaseForms = `must be ${postgresForm} or sqlite:PATH`
export const sessionForms = `must be redis://HOST:6379, rediss://HOST:6379, ${postgresForm}, sqlite:PATH or memory:`

/** Null for what is no such setting. */
export function parseDatabaseUrl(text: string): DatabaseSetting | null {
  const path = sqlitePath(text)
  if (path !== null) return { kind: 'sqlite', path, variable: 'DATABASE_URL' }
  return isServer(text, ['postgres:', 'postgresql:']) ? { kind: 'postgres', url: text } : null
}

/** Null for what is no such setting. */
export function parseSessionStore(text: string): SessionsSetting | null {
  if (text === 'memory:') return { kind: 'memory' }
  const path = sqlitePath(text)
  if (path !== null) return { kind: 'sqlite', path }
  if (isServer(text, ['redis:', 'rediss:'])) return { kind: 'redis', url: text }
  return isServer(text, ['postgres:', 'postgresql:']) ? { kind: 'postgres', url: text } : null
}

function sqlitePath(text: string): string | null {
  if (text.startsWith('file://')) return filePath(text)
  const path = /^(?:sqlite|file):(?:\/\/(?=\/))?(.+)$/s.exec(text)?.[1]
  // sqlite://data/x: some programs mean a folder by it, and others a host.
  return path === undefined || path.startsWith('//') ? null : path
}

function filePath(text: string): string | null {
  try {
    return fileURLToPath(text)
  } catch {
    return null
  }
}

function isServer(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol)
}

/** Host and port of a server's URL: all of it that may be shown. */
export function placeOf(url: string, defaultPort: number): string {
  const { hostname, port, searchParams } = new URL(url)
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || defaultPort}`
}
