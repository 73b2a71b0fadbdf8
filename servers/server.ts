import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Child, type ChildOptions, startChild } from './child.ts'
import { makeFolder, removeFolder } from './guard.ts'
import { freePort, host, isFree } from './ports.ts'
import { until } from './until.ts'

/** A real server on loopback, in a temporary folder, that does not outlive this process. */
export interface Server {
  readonly host: string
  readonly port: number
  readonly folder: string
  /** Of its first process; another one after a restart. */
  readonly pid: number
  /** Ends it and removes its folder. Calling it again changes nothing. */
  stop(): Promise<void>
  /** SIGKILL, to all its processes. Returns when its port is free. */
  kill(): Promise<void>
  /** Starts it again, on the same port with the data in its folder, after a kill if it runs. */
  restart(): Promise<void>
  /** SIGSTOP, to all its processes: connections are accepted by the system, and nothing is answered. */
  pause(): Promise<void>
  /** SIGCONT: what was asked meanwhile is answered. */
  resume(): Promise<void>
}

/** Where a server is to run. */
export interface Place {
  readonly folder: string
  readonly port: number
}

export interface ServerKind {
  readonly name: string
  readonly program: string
  readonly args: (place: Place) => readonly string[]
  readonly options?: ChildOptions
  /** Further ports it listens on. */
  readonly companions?: (port: number) => readonly number[]
  /** Makes what must be there before the first start, not before a restart. */
  readonly prepare?: (place: Place) => Promise<void>
  readonly isReady: (place: Place, pid: number) => Promise<boolean>
  /** Frees what a killed server left outside its folder. */
  readonly cleanUp?: (place: Place) => Promise<void>
}

/** Another program can take a free port before the server does, and leftovers of a killed one can still be going. */
const ATTEMPTS = 5

/**
 * Starts a server and waits until it is ready. Rejects with the end of its log when it ends before, or is not ready
 * within 20 seconds.
 */
export async function startServer(kind: ServerKind, port?: number): Promise<Server> {
  const folder = await makeFolder()
  try {
    for (let attempt = 1; ; attempt++) {
      const place = { folder, port: port ?? (await freePort(kind.companions)) }
      await kind.prepare?.(place)
      const child = await launch(kind, place).catch((error: Error) => retryOrThrow(error, attempt))
      if (child) return new RunningServer(kind, place, child)
    }
  } catch (error) {
    await removeFolder(folder)
    throw error
  }
}

function retryOrThrow(error: Error, attempt: number): undefined {
  if (attempt >= ATTEMPTS || !/in use/i.test(error.message)) throw error
}

async function launch(kind: ServerKind, place: Place): Promise<Child> {
  const path = join(place.folder, 'server.log')
  const log = await open(path, 'w')
  const options: ChildOptions = { ...kind.options, cwd: place.folder, stdio: ['ignore', log.fd, log.fd] }
  const child = await startChild(kind.program, kind.args(place), options).finally(() => log.close())
  try {
    await until(`${kind.name} answers on port ${place.port}`, async () => {
      if (!child.running) throw new Error(`${kind.name} ended with ${await child.exited}`)
      return await kind.isReady(place, child.pid)
    })
    return child
  } catch (error) {
    await child.stop()
    throw new Error(`${(error as Error).message}\n${await lastLines(path)}`, { cause: error })
  }
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8')
  return text.trimEnd().split('\n').slice(-20).join('\n')
}

class RunningServer implements Server {
  readonly host = host
  readonly port: number
  readonly folder: string
  readonly #kind: ServerKind
  #child: Child

  constructor(kind: ServerKind, place: Place, child: Child) {
    this.port = place.port
    this.folder = place.folder
    this.#kind = kind
    this.#child = child
  }

  get pid(): number {
    return this.#child.pid
  }

  async stop(): Promise<void> {
    await this.#child.stop()
    await this.#kind.cleanUp?.(this)
    await removeFolder(this.folder)
  }

  async kill(): Promise<void> {
    await this.#child.stop('SIGKILL')
    const ports = [this.port, ...(this.#kind.companions?.(this.port) ?? [])]
    await until(`the ports ${ports} are free`, async () =>
      (await Promise.all(ports.map(isFree))).every(Boolean),
    )
  }

  async restart(): Promise<void> {
    await this.kill()
    for (let attempt = 1; ; attempt++) {
      const child = await launch(this.#kind, this).catch((error: Error) => retryOrThrow(error, attempt))
      if (!child) continue
      this.#child = child
      return
    }
  }

  async pause(): Promise<void> {
    this.#child.kill('SIGSTOP')
  }

  async resume(): Promise<void> {
    this.#child.kill('SIGCONT')
  }
}
