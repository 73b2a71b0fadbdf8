import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPool } from 'mysql2/promise'
import { Pool } from 'pg'
import { type DatabaseServer, giveMariadbRoom, leaseDatabase } from '../databases.ts'
import type { Fault } from '../fault.ts'

const postgres = { store: 'PostgreSQL', client: 'pg' }
const mariadb = { store: 'MariaDB', client: 'mysql2' }

/** A database that answers, and takes no writes. */
export const fullSql: readonly Fault[] = [
  {
    id: 'full-postgres',
    title: 'full: its tables cannot grow',
    ...postgres,
    async build(stack) {
      const { server, settings } = await leaseDatabase('postgres', stack)
      return {
        settings,
        outage: 'partial',
        async strike() {
          await limitFileSize(server, String(walSegment))
          await fillTable(server.url)
        },
        async heal() {
          await limitFileSize(server, 'unlimited')
        },
      }
    },
  },
  {
    id: 'readonly-postgres',
    title: 'takes no writes (default_transaction_read_only)',
    ...postgres,
    async build(stack) {
      const { server, settings } = await leaseDatabase('postgres', stack)
      const setReadOnly = async (value: 'on' | 'off') => {
        await inPostgres(server.url, `ALTER SYSTEM SET default_transaction_read_only = ${value}`)
        await inPostgres(server.url, 'SELECT pg_reload_conf()')
      }
      return { settings, outage: 'partial', strike: () => setReadOnly('on'), heal: () => setReadOnly('off') }
    },
  },
  {
    id: 'full-mysql',
    title: 'full: the tablespace has its largest size; restarted with room',
    ...mariadb,
    async build(stack) {
      const { server, settings } = await leaseDatabase('mysql', stack)
      return {
        settings,
        outage: 'partial',
        strike: () => fillTablespace(server.url),
        // MariaDB 10.11 aborts when it finds no room to undo a write, so that it may be down by now.
        async heal() {
          giveMariadbRoom()
          await server.restart()
        },
      }
    },
  },
  {
    id: 'readonly-mysql',
    title: 'takes no writes (read_only)',
    ...mariadb,
    async build(stack) {
      const { server, settings } = await leaseDatabase('mysql', stack)
      const url = await unprivileged(server)
      const store = { kind: 'mysql', url, client: 'recommended' } as const
      return {
        settings: { ...settings, store },
        outage: 'partial',
        strike: () => inMysql(server.url, ['SET GLOBAL read_only = ON']),
        heal: () => inMysql(server.url, ['SET GLOBAL read_only = OFF']),
      }
    },
  },
]

/** PostgreSQL has to be able to write one of these, or it would stop altogether. */
const walSegment = 16 * 1024 * 1024

/** Of the server and of the connections it has; new ones inherit it. */
async function limitFileSize(server: DatabaseServer, bytes: string): Promise<void> {
  const [pid = ''] = (await readFile(join(server.folder, 'data/postmaster.pid'), 'utf8')).split('\n')
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', pid], { encoding: 'utf8' }).trim().split(/\s+/)
  for (const each of [pid, ...children]) limitOf(each, bytes, each !== pid)
}

function limitOf(pid: string, bytes: string, mayHaveEnded: boolean): void {
  try {
    // As its owner: who is root may lack the right to change another user's limits.
    const { uid, gid } = statSync(`/proc/${pid}`)
    execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`], { stdio: 'ignore', uid, gid })
  } catch (error) {
    if (!mayHaveEnded) throw error
  }
}

/** Adds rows until the table's file has reached its limit. They are not committed, but their room is taken. */
async function fillTable(url: string): Promise<void> {
  const filling = `INSERT INTO latchkey_sessions
    SELECT 'filling-' || n, NULL, '', NULL, repeat(md5(n::text), 50), 0, NULL, 0, 0, 0, 0, 0, '{}'
    FROM generate_series(1, 20000) n`
  const refusal = await inPostgres(url, filling).then(
    () => 'none',
    (error: Error) => error.message,
  )
  if (!refusal.includes('could not extend file')) throw new Error(`The table is not full: ${refusal}`)
}

async function inPostgres(url: string, sql: string): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 })
  try {
    await pool.query(sql)
  } finally {
    await pool.end()
  }
}

async function inMysql(url: string, statements: readonly string[]): Promise<void> {
  const pool = createPool({ uri: url, connectionLimit: 1 })
  try {
    for (const sql of statements) await pool.query(sql)
  } finally {
    await pool.end()
  }
}

/** First a table beside takes what is free of the tablespace, then rows what is free of the sessions' own pages. */
async function fillTablespace(url: string): Promise<void> {
  const pool = createPool({ uri: url, connectionLimit: 1 })
  try {
    await pool.query('CREATE TABLE IF NOT EXISTS filling (text LONGBLOB)')
    for (const size of [1_000_000, 100_000, 10_000]) {
      await untilFull(() => pool.query('INSERT INTO filling VALUES (REPEAT(?, ?))', ['x', size]), 1)
    }
    const row = `INSERT INTO latchkey_sessions
      VALUES (UUID(), 'filling', '', NULL, REPEAT('x', 500), 0, NULL, 0, 0, 0, 0, 0, '{}')`
    await untilFull(() => pool.query(row), 50)
  } finally {
    await pool.end().catch(() => undefined)
  }
}

/** Runs it until it was told so many times in a row that there is no room, or the server has aborted over it. */
async function untilFull(write: () => Promise<unknown>, times: number): Promise<void> {
  let told = 0
  for (let attempt = 0; attempt < 100_000 && told < times; attempt++) {
    const refusal: Refusal | null = await write().then(
      () => null,
      (error: Refusal) => error,
    )
    if (refusal && refusal.code !== 'ER_RECORD_FILE_FULL') {
      if (refusal.fatal || refusal.code === 'ECONNREFUSED') return
      throw refusal
    }
    told = refusal ? told + 1 : 0
  }
}

type Refusal = Error & { readonly code?: string; readonly fatal?: boolean }

/** Those with all rights may write to a server that takes no writes. */
async function unprivileged(server: DatabaseServer): Promise<string> {
  await inMysql(server.url, [
    `CREATE USER IF NOT EXISTS plain@'${server.host}'`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON latchkey.* TO plain@'${server.host}'`,
  ])
  return server.url.replace('//latchkey@', '//plain@')
}
