import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { auditor } from '../../src/auditor.ts'
import { type ConsoleOptions, createConsole } from '../../src/console.ts'
import { serve } from '../../src/serve.ts'

export interface Started {
  readonly url: string
  readonly dataPath: string
  /** Everything that was logged so far. */
  readonly logged: () => string
  close(): Promise<void>
}

/** A console on a free port, with its data in a new folder that `close` removes. */
export async function startConsole(options: Partial<ConsoleOptions> = {}): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-console-'))
  const dataPath = join(folder, 'console.sqlite')
  let logged = ''
  const log = pino(
    { level: 'debug' },
    {
      write(line: string) {
        logged += line
      },
    },
  )
  const site = createConsole({ dataPath, auditor, log, allowPrivate: true, loopback: true, ...options })
  const running = await serve(site, 0, '127.0.0.1')
  return {
    url: `http://localhost:${running.port}`,
    dataPath,
    logged: () => logged,
    async close() {
      await running.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
