import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import { errorFacts } from '../errors.ts'

// Password hashes and sessions: for the console's own user, and on this machine for nobody else.
const ownFile = 0o600
const ownFolder = 0o700
const forOthers = 0o077
const writableByOthers = 0o022
// Set on folders such as /tmp: in them, nobody replaces the file of another.
const sticky = 0o1000
// What SQLite keeps beside its file. It makes them with the file's mode, but does not change them when they are there.
const companions = ['', '-wal', '-shm', '-journal']

/**
 * Opens an SQLite file that only this user can read; its folder is made, for this user alone. A file of before is
 * tightened; a folder of before stays as it is, since it may hold other things.
 * @throws Error in one line that names the setting, when it cannot be opened
 */
export function openFile<T>(variable: string, path: string, log: Logger, open: (path: string) => T): T {
  try {
    if (path !== ':memory:') prepare(path, log)
    return open(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const example = variable === 'LATCHKEY_DATA' ? 'file' : 'sqlite:file'
    throw new Error(`Cannot open the data (${reason}). Choose another file: ${variable}=${example} npm start`)
  }
}

function prepare(path: string, log: Logger): void {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: ownFolder })
  // Before SQLite does, which would make it with the umask's mode, and have it readable until that is changed.
  closeSync(openSync(path, 'a', ownFile))
  // There, modes say nothing about who can read.
  if (process.platform === 'win32') return
  const { mode } = statSync(folder)
  if ((mode & writableByOthers) !== 0 && (mode & sticky) === 0) {
    log.warn({ folder, mode: shown(mode) }, 'others on this machine can replace the files in this folder')
  }
  for (const companion of companions) tighten(path + companion, log)
}

function tighten(file: string, log: Logger): void {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found || (found.mode & forOthers) === 0) return
  try {
    chmodSync(file, ownFile)
    log.warn({ file, mode: shown(found.mode) }, 'others on this machine could read this file until now')
  } catch (error) {
    // Somebody else's file that this user may write.
    log.warn(
      { file, mode: shown(found.mode), ...errorFacts(error) },
      'others on this machine can read this file',
    )
  }
}

const shown = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0')
