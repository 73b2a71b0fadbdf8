import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionStore } from 'latchkey'
import { auditor } from '../../src/auditor.ts'
import { openBackends } from '../../src/backends/backends.ts'
import type { DatabaseSetting, SessionsSetting } from '../../src/backends/settings.ts'
import { type ConsoleOptions, createConsole } from '../../src/console.ts'
import { serve } from '../../src/serve.ts'
import { recordedLog } from './log.ts'

export interface Started {
  readonly url: string
  readonly dataPath: string
  /** Everything that was logged so far. */
  readonly logged: () => string
  close(): Promise<void>
}

export interface StartOptions extends Partial<Omit<ConsoleOptions, 'backends' | 'auditor' | 'log'>> {
  readonly database?: DatabaseSetting
  readonly sessions?: SessionsSetting
  /** Instead of the one that `sessions` names. */
  readonly store?: SessionStore
}

/** A console on a free port, with its data in a new folder that `close` removes. */
export async function startConsole({
  store,
  database,
  sessions = { kind: store ? 'memory' : 'database' },
  ...options
}: StartOptions = {}): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-console-'))
  const dataPath = join(folder, 'console.sqlite')
  const { log, logged } = recordedLog()
  const own = { kind: 'sqlite', path: dataPath, variable: 'LATCHKEY_DATA' } as const
  const opened = await openBackends({ database: database ?? own, sessions }, log)
  const backends = store ? { ...opened, store } : opened
  const site = createConsole({ backends, auditor, log, allowPrivate: true, loopback: true, ...options })
  const running = await serve(site, 0, '127.0.0.1')
  return {
    url: `http://localhost:${running.port}`,
    dataPath,
    logged,
    async close() {
      await running.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
