import { closeSync, openSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { SessionError } from '../../errors.ts'

/**
 * The file of a database, as SQLite finds it (https://www.sqlite.org/uri.html), but absolute, since a process can
 * change its directory; null for a database in memory.
 * @throws SessionError `config_invalid`: to SQLite, no name at all is a database that is gone after its use
 */
export function databaseFile(path: string): string | null {
  if (typeof path !== 'string' || path.trim() === '') {
    throw new SessionError(
      'config_invalid',
      "sqliteStore needs a file. Write sqliteStore('sessions.sqlite').",
    )
  }
  if (path === ':memory:') return null
  if (!path.startsWith('file:')) return resolve(path)
  const [, name = '', query = ''] = /^file:(?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/.exec(path) ?? []
  const isInMemory = name === ':memory:' || new URLSearchParams(query).get('mode') === 'memory'
  return isInMemory ? null : resolve(decodeURIComponent(name))
}

/**
 * Makes the file, readable by this user alone, where there is none; SQLite gives those beside it (-wal, -shm) the same
 * mode. One that is there keeps its mode. It is not opened: SQLite's locks of a file end when a process closes it,
 * however it had opened it.
 */
export function makePrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Tells one file from another that takes its name later; null when there is none. */
export function fileIdentity(file: string): string | null {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stats ? `${stats.dev}:${stats.ino}` : null
}
