import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Ending } from './ending.ts'

/** A console in a process of its own, as users start it. */
export interface Process {
  readonly child: ChildProcess
  /** All that it printed so far. */
  readonly output: () => string
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>
}

const main = new URL('../../src/main.ts', import.meta.url).pathname
const settings = [
  'LATCHKEY_ALLOW_PRIVATE',
  'HOST',
  'DATABASE_URL',
  'SESSION_STORE',
  'LATCHKEY_DATA',
  'LATCHKEY_ADMINS',
]

/** Starts one with these settings and no others; killed after the test if it still runs. */
export function run(t: Ending, variables: Record<string, string>): Process {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !settings.includes(name)),
  )
  const child = spawn(process.execPath, [main], { env: { ...inherited, PORT: '0', ...variables } })
  let output = ''
  const keep = (chunk: Buffer) => {
    output += chunk
  }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', keep)
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, output: () => output, ended }
}

/** What the pattern finds in the output: its first group, if it has one. Rejects when the process ends before. */
export async function printed(process: Process, pattern: RegExp): Promise<string> {
  for (;;) {
    const found = pattern.exec(process.output())
    if (found) return found[1] ?? found[0]
    const more = await Promise.race([once(process.child.stdout ?? process.child, 'data'), process.ended])
    if (!Array.isArray(more)) throw new Error(`it ended with ${more}: ${process.output()}`)
  }
}

/** Where it answers. */
export function urlOf(process: Process): Promise<string> {
  return printed(process, /^Latchkey console: (http:\/\/\S+)$/m)
}
