import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A real program that tests run. */
export interface Program {
  readonly program: string
  /** Environment variable with the path of another copy. */
  readonly variable: string
  /** Folders to look in after the PATH. */
  readonly folders?: () => readonly string[]
}

// Debian keeps these two out of an ordinary user's PATH.
const systemFolders = () => ['/usr/sbin', '/usr/local/sbin']

export const redisServer: Program = { program: 'redis-server', variable: 'REDIS_SERVER' }
export const postgres: Program = { program: 'postgres', variable: 'POSTGRES', folders: debianPostgres }
export const pgbouncer: Program = { program: 'pgbouncer', variable: 'PGBOUNCER', folders: systemFolders }
/** Of libpq's headers, which pg-native is compiled with. */
export const pgConfig: Program = { program: 'pg_config', variable: 'PG_CONFIG' }
export const cxx: Program = { program: 'g++', variable: 'CXX' }
export const mariadbd: Program = { program: 'mariadbd', variable: 'MARIADBD', folders: systemFolders }
export const nginx: Program = { program: 'nginx', variable: 'NGINX', folders: systemFolders }
export const chromium: Program = { program: 'chromium', variable: 'CHROMIUM' }
export const firefox: Program = { program: 'firefox-esr', variable: 'FIREFOX' }
export const webKitDriver: Program = { program: 'WebKitWebDriver', variable: 'WEBKIT_DRIVER' }
export const miniBrowser: Program = {
  program: 'MiniBrowser',
  variable: 'MINIBROWSER',
  folders: webKitFolders,
}
export const xvfb: Program = { program: 'Xvfb', variable: 'XVFB' }

/** Path of the program: what its variable says, else the first of its name; null when there is none. */
export function findProgram({ program, variable, folders }: Program): string | null {
  const named = process.env[variable]
  if (named) return named
  const searched = [...(process.env.PATH ?? '').split(delimiter), ...(folders?.() ?? [])]
  return searched.map((folder) => join(folder, program)).find(isExecutable) ?? null
}

/** Path of the program. Throws when there is none. */
export function programPath(wanted: Program): string {
  const path = findProgram(wanted)
  if (path === null) {
    throw new Error(
      `${wanted.program} is not installed; set ${wanted.variable} to its path if it is elsewhere`,
    )
  }
  return path
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian installs every version beside the others, none on the PATH. Newest first. */
function debianPostgres(): string[] {
  const root = '/usr/lib/postgresql'
  try {
    const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
    return versions.map((version) => join(root, version, 'bin'))
  } catch {
    return []
  }
}

/** Debian keeps WebKit's own small browser with its library, in a folder of the architecture and the interface. */
function webKitFolders(): string[] {
  const root = '/usr/lib'
  try {
    const paths = readdirSync(root).filter((name) => name.includes('-linux-'))
    return paths.flatMap((name) => ['4.1', '6.0', '4.0'].map((api) => join(root, name, `webkit2gtk-${api}`)))
  } catch {
    return []
  }
}
