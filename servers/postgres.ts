import { spawnSync } from 'node:child_process'
import { chown, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run } from './child.ts'
import { host } from './ports.ts'
import { postgres, programPath } from './programs.ts'
import { type Place, type Server, startServer } from './server.ts'
import { type User, userBesideRoot } from './unprivileged.ts'

export interface PostgresServer extends Server {
  /** Logs in as a superuser, into an empty database. */
  readonly url: string
}

export interface PostgresOptions {
  /** Parameters of postgresql.conf. By default nothing is flushed to disk; a killed server still has its data. */
  readonly settings?: Readonly<Record<string, string>>
}

export async function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const program = programPath(postgres)
  const user = userBesideRoot()
  const server = await startServer({
    name: 'postgres',
    program,
    args: ({ folder, port }) => [
      '-D',
      dataFolder(folder),
      '-p',
      String(port),
      ...parameters(folder, settings),
    ],
    // SIGQUIT: an immediate shutdown, which removes its shared memory.
    options: { stopSignal: 'SIGQUIT', ...user },
    prepare: ({ folder }) => initialize(program, folder, user),
    isReady,
    cleanUp: ({ folder }) => removeSharedMemory(folder),
  })
  return Object.assign(server, { url: `postgres://postgres@${host}:${server.port}/postgres` })
}

function parameters(folder: string, settings: Readonly<Record<string, string>>): string[] {
  const all = {
    listen_addresses: host,
    unix_socket_directories: folder,
    max_connections: '200',
    fsync: 'off',
    // Its files stay in the folder.
    dynamic_shared_memory_type: 'mmap',
    ...settings,
  }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

function dataFolder(folder: string): string {
  return join(folder, 'data')
}

async function initialize(program: string, folder: string, user: User | undefined): Promise<void> {
  if (user) await chown(folder, user.uid, user.gid)
  // Once is enough when a second attempt is made on another port.
  if ((await readOrEmpty(join(dataFolder(folder), 'PG_VERSION'))) !== '') return
  const flags = ['--no-sync', '--auth=trust', '--username=postgres', '--locale=C.UTF-8', '--encoding=UTF8']
  const initdb = join(dirname(await realpath(program)), 'initdb')
  await run(initdb, ['-D', dataFolder(folder), ...flags], { cwd: folder, ...user })
}

/** The lock file has the postmaster's process id in its first line and its state in the eighth. */
async function isReady({ folder }: Place, pid: number): Promise<boolean> {
  const lines = await lockFile(folder)
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready'
}

/** The seventh line has the key and the id of its segment. The file is gone when the server has ended in order. */
export async function sharedMemoryId(folder: string): Promise<string | undefined> {
  return (await lockFile(folder))[6]?.trim().split(/\s+/)[1]
}

/** The system keeps a killed server's segment until it starts again, and has a limited number of them. */
async function removeSharedMemory(folder: string): Promise<void> {
  const id = await sharedMemoryId(folder)
  if (id !== undefined) spawnSync('ipcrm', ['-m', id])
}

async function lockFile(folder: string): Promise<string[]> {
  return (await readOrEmpty(join(dataFolder(folder), 'postmaster.pid'))).split('\n')
}

async function readOrEmpty(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '')
}
