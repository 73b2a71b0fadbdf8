import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the parent asks a measured process, and what that answers. */
export type Question = 'cpu' | 'memory'
export type Reply = { readonly port: number } | { readonly microseconds: number } | { readonly bytes: number }

/** A server in a process of its own, so that its CPU time and memory are its own. */
export interface Child {
  readonly port: number
  /** User and system time of the process so far, its garbage collection included, in microseconds. */
  cpu(): Promise<number>
  /** Heap and external bytes after garbage collection. */
  memory(): Promise<number>
  stop(): Promise<void>
}

/** Environment variables of a measured process; `backends/addresses.ts` and `sessions.ts` say which there are. */
export type Environment = Readonly<Record<string, string>>

const here = fileURLToPath(new URL('../..', import.meta.url))

/** @throws Error when the process ends instead of serving */
export async function startChild(
  framework: string,
  name: string,
  environment: Environment = {},
  checkout = here,
): Promise<Child> {
  const child = fork(join(checkout, 'bench/speed/server.ts'), [framework, name], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    // Express and express-session print less than in development and in production; nothing else depends on it.
    env: { ...process.env, NODE_ENV: 'test', ...environment },
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ${framework} ${name} ended with ${code}.`)
  })
  ended.catch(() => undefined)
  const reply = () => Promise.race([nextReply(child), ended])
  const ask = (question: Question) => {
    const answer = reply()
    child.send(question)
    return answer
  }

  const first = await reply()
  return {
    port: 'port' in first ? first.port : 0,
    async cpu() {
      const answer = await ask('cpu')
      return 'microseconds' in answer ? answer.microseconds : Number.NaN
    },
    async memory() {
      const answer = await ask('memory')
      return 'bytes' in answer ? answer.bytes : Number.NaN
    },
    async stop() {
      if (child.exitCode !== null) return
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}

async function nextReply(child: ChildProcess): Promise<Reply> {
  const [reply] = await once(child, 'message')
  return reply
}
