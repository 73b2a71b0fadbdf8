import { readFile, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run } from './child.ts'
import { host } from './ports.ts'
import { findProgram, isExecutable, mariadbd, programPath } from './programs.ts'
import { type Place, type Server, startServer } from './server.ts'

export interface MariadbServer extends Server {
  /** Logs in with all rights, into an empty database. */
  readonly url: string
}

export interface MariadbOptions {
  /**
   * Options of mariadbd without their dashes. By default a commit is handed to the system at once, and nothing waits
   * for the disk: what is committed survives a kill of the server (with `innodb-flush-log-at-trx-commit` at 0 it
   * would not), not a crash of the machine.
   */
  readonly settings?: Readonly<Record<string, string>>
}

/** Run at every start, before connections are accepted. */
const firstStatements = [
  'CREATE DATABASE IF NOT EXISTS latchkey;',
  `CREATE USER IF NOT EXISTS latchkey@'${host}';`,
  `GRANT ALL ON *.* TO latchkey@'${host}' WITH GRANT OPTION;`,
]

export async function startMariadb({ settings = {} }: MariadbOptions = {}): Promise<MariadbServer> {
  const program = programPath(mariadbd)
  const server = await startServer({
    name: 'mariadbd',
    program,
    args: (place) => ['--no-defaults', ...asUser(), ...options(place, settings)],
    prepare: ({ folder }) => initialize(program, folder),
    isReady,
  })
  return Object.assign(server, { url: `mysql://latchkey@${host}:${server.port}/latchkey` })
}

function options({ folder, port }: Place, settings: Readonly<Record<string, string>>): string[] {
  const all = {
    datadir: dataFolder(folder),
    port: String(port),
    'bind-address': host,
    socket: join(folder, 'mariadb.sock'),
    'pid-file': pidFile(folder),
    tmpdir: folder,
    'init-file': join(folder, 'first.sql'),
    'skip-networking': 'off',
    'skip-name-resolve': 'on',
    'character-set-server': 'utf8mb4',
    'innodb-flush-log-at-trx-commit': '2',
    'innodb-flush-method': 'nosync',
    ...settings,
  }
  return ['--skip-log-bin', ...Object.entries(all).map(([name, value]) => `--${name}=${value}`)]
}

function dataFolder(folder: string): string {
  return join(folder, 'data')
}

function pidFile(folder: string): string {
  return join(folder, 'mariadb.pid')
}

/** MariaDB runs as root only when told to. */
function asUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : []
}

async function initialize(program: string, folder: string): Promise<void> {
  await writeFile(join(folder, 'first.sql'), `${firstStatements.join('\n')}\n`)
  const flags = [
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    '--innodb-flush-method=nosync',
    // One that starts removes what it takes for its own leftovers, so two may not share a folder.
    `--tmpdir=${folder}`,
  ]
  const args = ['--no-defaults', `--datadir=${dataFolder(folder)}`, ...asUser(), ...flags]
  await run(installer(await realpath(program)), args, { cwd: folder })
}

/** Beside the server or in the folders where its packages put it. */
function installer(program: string): string {
  const folder = dirname(program)
  const beside = ['.', '../bin', '../scripts'].map((path) => join(folder, path, 'mariadb-install-db'))
  const found = beside.find(isExecutable)
  return found ?? findProgram({ program: 'mariadb-install-db', variable: '' }) ?? 'mariadb-install-db'
}

/** The file is written once connections are accepted. One that a killed server left has another process id. */
async function isReady({ folder }: Place, pid: number): Promise<boolean> {
  const text = await readFile(pidFile(folder), 'utf8').catch(() => '')
  return text.trim() === String(pid)
}
