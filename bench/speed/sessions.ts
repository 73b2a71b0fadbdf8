import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSessions, memoryStore, type Session, type Sessions } from 'latchkey'
import { sqliteStore } from 'latchkey/sqlite'
import { type Payload, payloadOf } from './payload.ts'

export type StoreName = 'memory' | 'sqlite'

/** Latchkey with its defaults; only room for as many sessions as the memory measurement wants. */
export function openSessions(store: StoreName): Sessions<Payload> {
  return createSessions<Payload>({
    store: store === 'memory' ? memoryStore({ maxSessions: 10_000_000 }) : sqliteStore(temporaryFile()),
  })
}

export async function signIn(session: Session<Payload>, user: string): Promise<void> {
  await session.login(user)
  await session.set(payloadOf(user))
}

function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'sessions.sqlite')
}
