import { SessionError } from '../../errors.ts'

/** A statement as `pg` takes it. */
export interface PostgresStatement {
  /** Given for a statement that the server shall prepare once for each connection. */
  readonly name?: string
  readonly text: string
  readonly values?: unknown[]
  readonly rowMode: 'array'
  readonly types: { getTypeParser(): (value: string) => string }
}

export interface PostgresResult {
  readonly rows: unknown[][]
  readonly rowCount: number | null
}

/** A `Pool` or a connected `Client` of `pg` 8.11 or later; of either, only this is used. */
export interface PostgresClient {
  query(statement: PostgresStatement): Promise<PostgresResult>
}

/** A `Client` of `pg` that is not connected yet: what announcements are heard by. */
export interface PostgresListener extends PostgresClient {
  connect(): Promise<unknown>
  end(): Promise<void>
  on(
    event: 'notification',
    listener: (message: { channel: string; payload?: string | undefined }) => void,
  ): unknown
  on(event: 'error' | 'end', listener: () => void): unknown
}

interface Pool extends PostgresClient {
  readonly options: object
  readonly Client: new (options: object) => PostgresListener
  connect(): Promise<PostgresClient & { release(error?: Error): void }>
  listenerCount(event: string): number
  on(event: 'error', listener: () => void): unknown
}

// Whatever parsers the application has set for its own queries: here a value is the text that the server sent.
// (pg-native asks only the parsers of its client, which has none for text unless the application sets one.)
const types = { getTypeParser: () => (value: string) => value }

export function statement(text: string, values: unknown[] = [], name?: string): PostgresStatement {
  return { text, values, rowMode: 'array', types, ...(name !== undefined && { name }) }
}

/** @throws SessionError `config_invalid` for what is no client of `pg` */
export function requirePostgresClient(client: unknown): asserts client is PostgresClient {
  const has = (member: string) => typeof Reflect.get(Object(client), member) === 'function'
  // Both drivers have `query`; only that of MySQL has `execute`.
  if (has('query') && has('connect') && !has('execute')) return
  throw new SessionError(
    'config_invalid',
    'postgresStore needs a Pool or a connected Client of `pg`. Write postgresStore(new Pool({ connectionString })).',
  )
}

export function asPool(client: PostgresClient): Pool | null {
  const { options, Client, totalCount } = client as Partial<Pool> & { totalCount?: unknown }
  const isPool = typeof options === 'object' && typeof Client === 'function' && typeof totalCount === 'number'
  return isPool ? (client as Pool) : null
}

/** A lone client takes the next statement when it has answered the last: more than one at a time ends with pg 9. */
export function oneAtATime(client: PostgresClient): PostgresClient {
  let last: Promise<unknown> = Promise.resolve()
  return {
    query(statement) {
      const answer = last.then(() => client.query(statement))
      last = answer.catch(() => undefined)
      return answer
    },
  }
}

const heard = new WeakSet<object>()

/**
 * A pool whose idle connection breaks emits 'error', which ends the process where nobody listens: a restart of the
 * server would. The pool has replaced the connection by then, so where the application does not listen, we do.
 */
export function survivePoolErrors(pool: Pool): void {
  if (heard.has(pool) || pool.listenerCount('error') > 0) return
  heard.add(pool)
  pool.on('error', () => undefined)
}

/** A client of its own with the options of the pool, so that listening takes none of the pool's connections. */
export function listenerLike(pool: Pool): PostgresListener {
  // With their descriptors: the pool hides its password from enumeration.
  const options = Object.defineProperties({}, Object.getOwnPropertyDescriptors(pool.options))
  return new pool.Client(Object.assign(options, { keepAlive: true }))
}

/** Runs the work on one connection. */
export async function onOneConnection<T>(
  client: PostgresClient,
  work: (connection: PostgresClient) => Promise<T>,
): Promise<T> {
  const pool = asPool(client)
  if (!pool) return work(client)
  const connection = await pool.connect()
  try {
    const answer = await work(connection)
    connection.release()
    return answer
  } catch (error) {
    // Whatever state it is in, nobody else shall have it.
    connection.release(error instanceof Error ? error : new Error('failed'))
    throw error
  }
}
