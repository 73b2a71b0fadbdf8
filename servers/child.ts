import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tellGuard } from './guard.ts'
import { signalTree } from './process-tree.ts'

export interface ChildOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid' | 'stdio'> {
  /** What stop() sends first. SIGKILL by default: the folder is thrown away, so nothing has to be saved. */
  readonly stopSignal?: NodeJS.Signals
}

export interface Child {
  readonly pid: number
  /** For its standard streams, when `stdio` has pipes. */
  readonly process: ChildProcess
  /** Fulfilled with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>
  readonly running: boolean
  /** Ends it and its children, also when paused: by `signal`, else `stopSignal`, and by SIGKILL five seconds later. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Sends the signal. SIGKILL, SIGSTOP and SIGCONT reach its children too. */
  kill(signal: NodeJS.Signals): void
}

/** How long a child may take to obey its stop signal, in milliseconds. */
const PATIENCE = 5_000

/**
 * Starts a program that does not outlive this process, even if this process is killed (guard.ts). It does not keep
 * this process running either. Without `stdio` its output is thrown away. Rejects when it cannot be started.
 */
export async function startChild(
  program: string,
  args: readonly string[],
  { stopSignal = 'SIGKILL', ...options }: ChildOptions = {},
): Promise<Child> {
  // Detached, so that Ctrl-C reaches only us: servers end after those who use them.
  const child = spawn(program, args, { stdio: 'ignore', ...options, detached: true })
  // In the same turn as the start: there is hardly a moment in which a server is on its own.
  if (child.pid !== undefined) tellGuard({ started: child.pid, stopSignal })
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined) tellGuard({ ended: child.pid })
      resolve(code ?? signal ?? 0)
    })
  })
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  child.unref()
  return watched(child, exited, stopSignal)
}

function watched(child: ChildProcess, exited: Child['exited'], stopSignal: NodeJS.Signals): Child {
  const pid = child.pid ?? 0
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const kill = (signal: NodeJS.Signals) => {
    if (!isRunning()) return
    if (signal === 'SIGKILL' || signal === 'SIGSTOP' || signal === 'SIGCONT') signalTree(pid, signal)
    else child.kill(signal)
  }
  return {
    pid,
    process: child,
    exited,
    kill,
    get running() {
      return isRunning()
    },
    async stop(signal = stopSignal) {
      if (!isRunning()) return
      child.ref()
      if (signal !== 'SIGKILL') kill('SIGCONT')
      kill(signal)
      const timer = setTimeout(() => kill('SIGKILL'), PATIENCE)
      await exited
      clearTimeout(timer)
    },
  }
}

/** Runs a program to its end. Rejects with what it printed unless it ends with 0. */
export async function run(program: string, args: readonly string[], options: ChildOptions): Promise<void> {
  const child = await startChild(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => output.push(text))
  }
  child.process.ref()
  const [code, signal] = await once(child.process, 'close')
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}:\n${output.join('')}`)
}
