import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface ProgramOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

export interface Program {
  /** Where it listens, as it says itself. */
  readonly url: string
  /** What it has said until now. */
  output(): string
  stop(): Promise<void>
}

const longest = 600_000

/** Runs a program, with what it `said` to its standard output; whatever it started has ended with it. */
export async function runToEnd(command: string, args: readonly string[], options: ProgramOptions = {}) {
  const { child, output, said } = started(command, args, options)
  const overdue = setTimeout(() => endGroup(child, 'SIGKILL'), longest)
  const code = await ended(child)
  clearTimeout(overdue)
  endGroup(child, 'SIGKILL')
  return { code, said: said(), output: output() }
}

/** Starts a server and waits for the address that it prints. */
export async function startProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<Program> {
  const { child, output } = started(command, args, options)
  const end = ended(child)
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const address = /http:\/\/[\w.:[\]-]+:\d+/.exec(output())?.[0]
      if (address) resolve(address)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    void end.then((code) =>
      reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output()}`)),
    )
  })
  return {
    url,
    output,
    async stop() {
      endGroup(child, 'SIGTERM')
      const overdue = setTimeout(() => endGroup(child, 'SIGKILL'), 5_000)
      await end
      clearTimeout(overdue)
      endGroup(child, 'SIGKILL')
    },
  }
}

/** In a process group of its own: npm and bundlers start others, which are to end with it. */
function started(command: string, args: readonly string[], { cwd, env }: ProgramOptions) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const chunks: [from: 'out' | 'err', text: string][] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => chunks.push(['out', text]))
  child.stderr.setEncoding('utf8').on('data', (text: string) => chunks.push(['err', text]))
  const textOf = (parts: typeof chunks) => parts.map(([, text]) => text).join('')
  return {
    child,
    output: () => textOf(chunks),
    said: () => textOf(chunks.filter(([from]) => from === 'out')),
  }
}

async function ended(child: ChildProcess): Promise<number | string> {
  const [code, signal] = await once(child, 'close').catch((error: Error) => [String(error), null])
  return code ?? signal
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // All of them have ended.
  }
}
