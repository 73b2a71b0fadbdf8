import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** What we tell the watcher, one JSON text on a line. */
export type GuardMessage =
  | { readonly started: number; readonly stopSignal: NodeJS.Signals }
  | { readonly ended: number }
  | { readonly made: string }
  | { readonly removed: string }

let watcher: Writable | undefined

/** Tells the watcher of this process what to end or remove when this process is gone, or no longer to. */
export function tellGuard(message: GuardMessage): void {
  watcher ??= startWatcher()
  watcher.write(`${JSON.stringify(message)}\n`)
}

/** Makes an empty folder that is removed at the latest when this process is gone. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-server-'))
  tellGuard({ made: folder })
  return folder
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  tellGuard({ removed: folder })
}

function startWatcher(): Writable {
  const script = fileURLToPath(new URL('watcher.ts', import.meta.url))
  // Detached, so that Ctrl-C reaches us and not the watcher, which has work to do afterwards.
  const child = spawn(process.execPath, [script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH },
  })
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
  return child.stdin
}
