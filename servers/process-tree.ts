import { execFileSync } from 'node:child_process'

/**
 * Signals a process and all that it started. Servers that fork (PostgreSQL, nginx) go on serving in their children when
 * only the parent is stopped or killed, and PostgreSQL gives each child a process group of its own.
 * A process that has gone meanwhile is left out.
 */
export function signalTree(pid: number, signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  // A stopped parent forks no more, so none is missed.
  if (signal !== 'SIGCONT') signalOne(pid, 'SIGSTOP')
  for (const descendant of descendantsOf(pid)) signalOne(descendant.pid, signal)
  signalOne(pid, signal)
}

/** Sends the signal, unless the process has gone. */
export function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

interface Running {
  readonly pid: number
  readonly parent: number
  /** As ps says: T is stopped. */
  readonly state: string
  /** What it calls itself: its command line, or what it has put in the place of it. */
  readonly title: string
}

/** The processes that it started, and those that they started, as far as they still run. */
export function descendantsOf(pid: number, all: readonly Running[] = processes()): readonly Running[] {
  const children = all.filter(({ parent }) => parent === pid)
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, all)])
}

/** False for one that has ended and that nobody has asked for its exit code yet. */
export function isRunning(pid: number): boolean {
  return processes().some((running) => running.pid === pid)
}

/** Every process of this machine that runs or is stopped. */
export function processes(): Running[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
  return table.split('\n').flatMap((line) => {
    const [, pid, parent, state = '', title = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s*(.*)$/.exec(line) ?? []
    return pid === undefined || state.startsWith('Z')
      ? []
      : { pid: Number(pid), parent: Number(parent), state, title }
  })
}
