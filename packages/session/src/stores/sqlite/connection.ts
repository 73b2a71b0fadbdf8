import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { SessionError } from '../../errors.ts'
import { databaseFile, fileIdentity, makePrivately } from './file.ts'
import { isBusy, locked } from './line.ts'
import { prepareSchema } from './schema.ts'

export interface ConnectionOptions {
  readonly path: string
  readonly synchronous: 'normal' | 'full'
  /** Milliseconds that opening waits for a lock, with the whole process. */
  readonly patience: number
}

/** The open database file, or the one that has taken its place. */
export interface SqliteConnection {
  /** Gives rows as arrays. @throws SessionError `store_unavailable` when the file is gone */
  prepared(sql: string): StatementSync
  close(): void
}

interface Opened {
  readonly database: DatabaseSync
  readonly statements: Map<string, StatementSync>
  readonly identity: string | null
}

/** Milliseconds. */
const lookAtMostEvery = 1000

/**
 * A process goes on with a file that was removed, and would hear of no revocation any more. So every second it is
 * looked whether the file still has its name: one that took its place is opened, and where there is none nothing works
 * until there is. It is not made anew: that would sign out everybody, also for a disk that is away for a moment.
 * @throws SessionError `config_invalid`, `schema_mismatch`, `store_unavailable` when it is locked for longer
 */
export function openConnection({ path, synchronous, patience }: ConnectionOptions): SqliteConnection {
  const file = databaseFile(path)
  if (file !== null) makePrivately(file)
  let opened = waitingSync(patience, () => open(path, file, synchronous))
  let lookedAt = performance.now()

  function current(): Opened {
    if (file === null || performance.now() - lookedAt < lookAtMostEvery) return opened
    const identity = fileIdentity(file)
    if (identity === null) throw gone(file)
    if (identity !== opened.identity) {
      const successor = open(path, file, synchronous)
      opened.database.close()
      opened = successor
    }
    lookedAt = performance.now()
    return opened
  }

  return {
    prepared(sql) {
      const { database, statements } = current()
      const known = statements.get(sql)
      if (known) return known
      const statement = database.prepare(sql)
      // An object of a dozen columns costs twice what reading them does.
      statement.setReturnArrays(true)
      statements.set(sql, statement)
      return statement
    },
    close: () => opened.database.close(),
  }
}

function open(path: string, file: string | null, synchronous: 'normal' | 'full'): Opened {
  // Before it is opened: should it be replaced right now, that is seen the next time.
  const identity = file === null ? null : fileIdentity(file)
  // No waiting inside SQLite, which would stop the event loop.
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous === 'full' ? 'FULL' : 'NORMAL'}`,
    )
    prepareSchema(database)
    return { database, statements: new Map(), identity }
  } catch (error) {
    database.close()
    throw error
  }
}

/** For the start of a process, which has nothing else to do. */
export function waitingSync<T>(patience: number, attempt: () => T): T {
  const since = performance.now()
  const never = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() - since >= patience) throw locked(patience)
      Atomics.wait(never, 0, 0, 1 + Math.random() * 9)
    }
  }
}

function gone(file: string): SessionError {
  return new SessionError(
    'store_unavailable',
    `The session store cannot be used: its file ${file} was removed or renamed. Nobody was let in or signed out. ` +
      'Put it back, or start again to begin with a new one; to sign everybody out, call sessions.revokeAll().',
  )
}
