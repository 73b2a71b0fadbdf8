import { DatabaseSync } from 'node:sqlite'
import type { SessionRecord } from 'latchkey'
import { recordAt } from '../population/population.ts'
import { ioRedis, mysqlPool, nodeRedis, pgPool } from './clients.ts'
import { sqliteFile } from './sqlite-file.ts'

/** Reads one value or row as large as a session; truthy when it is there. */
export type FloorRead = () => unknown | Promise<unknown>

const now = Date.now()
const record = recordAt(0, { now, expiresAt: now + 1_800_000 })
const key = 'floor'

/** The least that a request with a session outside the process costs: the same client, one GET or one SELECT. */
const floors = {
  async redis() {
    const client = await nodeRedis()
    await client.set(key, JSON.stringify(record))
    return () => client.get(key)
  },
  async ioredis() {
    const client = await ioRedis()
    await client.set(key, JSON.stringify(record))
    return () => client.get(key)
  },
  async postgres() {
    const pool = await pgPool()
    await pool.query(createTable('text', 'bigint', 'jsonb'))
    await pool.query('DELETE FROM bench_floor')
    await pool.query(
      insert((at) => `$${at}`),
      row,
    )
    const query = {
      name: 'bench-floor',
      text: 'SELECT * FROM bench_floor WHERE sid = $1',
      values: [record.sid],
    }
    return async () => (await pool.query(query)).rows[0]
  },
  async mysql() {
    const pool = await mysqlPool()
    await pool.query(createTable('varchar(255)', 'bigint', 'text'))
    await pool.query('DELETE FROM bench_floor')
    await pool.query(
      insert(() => '?'),
      row,
    )
    return async () => {
      const [rows] = await pool.execute('SELECT * FROM bench_floor WHERE sid = ?', [record.sid])
      return Array.isArray(rows) ? rows[0] : undefined
    }
  },
  sqlite() {
    const database = new DatabaseSync(sqliteFile())
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    database.exec(createTable('text', 'integer', 'text'))
    database.prepare(insert(() => '?')).run(...row)
    const select = database.prepare('SELECT * FROM bench_floor WHERE sid = ?')
    return () => select.get(record.sid)
  },
} as const satisfies Record<string, () => FloorRead | Promise<FloorRead>>

export type FloorName = keyof typeof floors

export const floorNames = Object.keys(floors) as readonly FloorName[]

/** Opens the client and writes the value; throws when the server cannot be reached. */
export async function openFloor(name: FloorName): Promise<FloorRead> {
  return floors[name]()
}

const columns = [
  'sid',
  'user_id',
  'secret_hash',
  'previous',
  'policy',
  'created_at',
  'authenticated_at',
].concat(
  ['last_seen_at', 'renewed_at', 'expires_at', 'rev', 'data'], //
)
const row = columnsOf(record)

function columnsOf({ data, previous, ...fields }: SessionRecord) {
  const {
    sid,
    userId,
    secretHash,
    policy,
    createdAt,
    authenticatedAt,
    lastSeenAt,
    renewedAt,
    expiresAt,
    rev,
  } = fields
  const times = [createdAt, authenticatedAt, lastSeenAt, renewedAt, expiresAt, rev]
  return [sid, userId, secretHash, previous?.hash ?? null, policy, ...times, JSON.stringify(data)]
}

function createTable(text: string, number: string, json: string): string {
  const types = columns.map((name) =>
    name === 'data' ? json : name === 'rev' || name.endsWith('_at') ? number : text,
  )
  const list = columns.map((name, at) => `${name} ${types[at]}${at === 0 ? ' PRIMARY KEY' : ''}`)
  return `CREATE TABLE IF NOT EXISTS bench_floor (${list.join(', ')})`
}

function insert(placeholder: (at: number) => string): string {
  return `INSERT INTO bench_floor VALUES (${columns.map((_, at) => placeholder(at + 1)).join(', ')})`
}
