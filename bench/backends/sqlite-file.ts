import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressVariables } from './addresses.ts'

/** The file that the processes of one measurement share, or one that ends with this process. */
export function sqliteFile(): string {
  const shared = process.env[addressVariables.folder]
  if (shared !== undefined) return join(shared, 'sessions.sqlite')
  const own = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  process.once('exit', () => rmSync(own, { recursive: true, force: true }))
  return join(own, 'sessions.sqlite')
}
