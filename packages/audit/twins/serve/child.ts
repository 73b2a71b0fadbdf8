import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { NotInstalled, type Running } from '../twin.ts'
import { ACCOUNT } from './account.ts'
import { noteCookie, type Visit } from './recorder.ts'

export interface Program {
  readonly command: string
  /** Where to get it, for the message when it is missing. */
  readonly install: string
  /** `folder` is the twin's own and is removed when it closes. */
  arguments(port: number, folder: string): readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Runs an interpreter as a twin. The app appends each Set-Cookie it sends to `cookies` in its folder, and
 * writes `deleted` there when the delete-account link is followed, and `password` whenever that is changed.
 */
export async function runProgram(program: Program): Promise<Running> {
  if (spawnSync(program.command, ['--version'], { stdio: 'ignore' }).error) {
    throw new NotInstalled(program.command, program.install)
  }
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-twin-'))
  const port = await freePort()
  const child = spawn(program.command, program.arguments(port, folder), {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH ?? '',
      ...program.environment,
      TWIN_FOLDER: folder,
      TWIN_PORT: String(port),
      TWIN_USERNAME: ACCOUNT.username,
      TWIN_PASSWORD: ACCOUNT.password,
      TWIN_NAME: ACCOUNT.name,
    },
  })
  const close = async () => {
    await stop(child)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await answering(child, port)
  } catch (error) {
    await close()
    throw error
  }
  return {
    url: `http://127.0.0.1:${port}`,
    issued: () => {
      const visit: Visit = { issued: new Set(), deleted: false, requests: 0 }
      for (const line of readOr(join(folder, 'cookies'), '').split('\n')) noteCookie(visit, line)
      return [...visit.issued]
    },
    passwordIsBack: () => readOr(join(folder, 'password'), ACCOUNT.password) === ACCOUNT.password,
    deleted: () => readOr(join(folder, 'deleted'), 'no') !== 'no',
    close,
  }
}

/** Milliseconds. */
const LONGEST_START = 60_000
const LONGEST_END = 10_000

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_END)
  await gone
  clearTimeout(late)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answering(child: ChildProcess, port: number): Promise<void> {
  // It ends when it answers: this is long for a machine that is busy with something else.
  const until = performance.now() + LONGEST_START
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${child.spawnfile} ended at once with code ${child.exitCode ?? child.signalCode}`)
    const socket = connect(port, '127.0.0.1')
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (open) return
    await pause(50)
  }
  throw new Error(`${child.spawnfile} did not answer on its port within a minute`)
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}
