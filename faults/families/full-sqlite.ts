import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteStore } from 'latchkey/sqlite'
import type { Fault } from '../fault.ts'
import { storeTimeout } from './redis-scene.ts'

const sqlite = { store: 'SQLite', client: 'node:sqlite' }

/** SQLite cannot write: a full disk, or another writer that does not finish. */
export const fullSqlite: readonly Fault[] = [
  {
    id: 'full-sqlite',
    title: 'full: its files cannot grow',
    ...sqlite,
    async build(stack) {
      const path = await makeFile(stack)
      return {
        settings: settingsOf(path),
        outage: 'partial',
        async strike({ pids }) {
          for (const pid of pids) limitFileSize(pid, '1')
        },
        async heal({ pids }) {
          for (const pid of pids) limitFileSize(pid, 'unlimited')
        },
      }
    },
  },
  {
    id: 'locked-sqlite',
    title: 'locked by a writer that does not finish',
    ...sqlite,
    async build(stack) {
      const path = await makeFile(stack)
      let other: DatabaseSync | undefined
      return {
        settings: settingsOf(path),
        outage: 'partial',
        async strike() {
          other = new DatabaseSync(path)
          other.exec('BEGIN IMMEDIATE')
        },
        async heal() {
          other?.exec('ROLLBACK')
          other?.close()
        },
      }
    },
  },
]

async function makeFile(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-faults-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'sessions.db')
  // Two processes that make it at the same time would wait for each other longer than settingsOf lets them.
  await sqliteStore(path).close?.()
  return path
}

function settingsOf(path: string) {
  // The event loop waits with SQLite, so every request behind a waiting write waits too.
  return { store: { kind: 'sqlite', path, busyTimeout: 20 }, storeTimeout } as const
}

/** Only the soft limit, so that it can be taken back without privileges. */
function limitFileSize(pid: number, bytes: string): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`])
}
