import { chown, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { host, isFree } from './ports.ts'
import type { PostgresServer } from './postgres.ts'
import { pgbouncer, programPath } from './programs.ts'
import { type Place, type Server, startServer } from './server.ts'
import { userBesideRoot } from './unprivileged.ts'

export interface PgbouncerServer extends Server {
  /** Logs in as the server's superuser, into its empty database. */
  readonly url: string
}

export interface PgbouncerOptions {
  readonly server: PostgresServer
  /** Of the section `pgbouncer` of its configuration. Default: connections are pooled by transaction. */
  readonly settings?: Readonly<Record<string, string>>
}

/** PgBouncer before a PostgreSQL. */
export async function startPgbouncer({ server, settings = {} }: PgbouncerOptions): Promise<PgbouncerServer> {
  const user = userBesideRoot()
  const started = await startServer({
    name: 'pgbouncer',
    program: programPath(pgbouncer),
    args: ({ folder }) => [join(folder, 'pgbouncer.ini')],
    // SIGINT waits for clients to leave, SIGTERM does not.
    options: { stopSignal: 'SIGTERM', ...user },
    async prepare(place) {
      if (user) await chown(place.folder, user.uid, user.gid)
      await writeFile(join(place.folder, 'pgbouncer.ini'), configuration(place, server, settings))
    },
    isReady,
  })
  return Object.assign(started, { url: `postgres://postgres@${host}:${started.port}/postgres` })
}

function configuration(
  { folder, port }: Place,
  server: PostgresServer,
  settings: Readonly<Record<string, string>>,
): string {
  const all = {
    listen_addr: host,
    listen_port: String(port),
    unix_socket_dir: '',
    pidfile: pidFile(folder),
    auth_type: 'any',
    pool_mode: 'transaction',
    ...settings,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}\n`)
  return `[databases]\n* = host=${host} port=${server.port} user=postgres\n[pgbouncer]\n${lines.join('')}`
}

function pidFile(folder: string): string {
  return join(folder, 'pgbouncer.pid')
}

/** One that a killed server left has another process id. */
async function isReady({ folder, port }: Place, pid: number): Promise<boolean> {
  const text = await readFile(pidFile(folder), 'utf8').catch(() => '')
  return text.trim() === String(pid) && !(await isFree(port))
}
