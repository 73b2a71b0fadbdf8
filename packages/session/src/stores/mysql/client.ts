import { SessionError } from '../../errors.ts'

/** A statement as `mysql2` takes it. */
export interface MysqlStatement {
  readonly sql: string
  readonly values?: (string | number | Buffer | null)[]
  readonly rowsAsArray: true
  readonly nestTables: false
  readonly typeCast: (field: unknown, next: () => unknown) => unknown
}

/**
 * A statement whose rows come as they do by default, whatever the application has set for its own: a function, because
 * one of the application's gives way only to another.
 */
export function statement(sql: string, values?: MysqlStatement['values']): MysqlStatement {
  return { sql, ...(values && { values }), rowsAsArray: true, nestTables: false, typeCast }
}

const typeCast: MysqlStatement['typeCast'] = (_field, next) => next()

/**
 * A `Pool` or a `Connection` of `mysql2/promise` 3 or later; of either, only this is used. It must speak utf8mb4, which
 * is what they do unless told otherwise.
 */
export interface MysqlClient {
  /** Prepares the statement once for each connection, and runs it. */
  execute(statement: MysqlStatement): Promise<[unknown, unknown]>
  /** For statements that cannot be prepared. */
  query(statement: MysqlStatement): Promise<[unknown, unknown]>
}

interface Pool extends MysqlClient {
  getConnection(): Promise<MysqlClient & { release(): void; destroy(): void }>
}

/** @throws SessionError `config_invalid` for what is no promise client of `mysql2` */
export function requireMysqlClient(client: unknown): asserts client is MysqlClient {
  const has = (member: string) => typeof Reflect.get(Object(client), member) === 'function'
  // `promise` is how the callback clients of mysql2 give their promise ones; `batch` is of the other driver, mariadb.
  if (has('execute') && has('query') && !has('promise') && !has('batch')) return
  throw new SessionError(
    'config_invalid',
    has('promise')
      ? 'mysqlStore needs the promise client of `mysql2`. Write mysqlStore(pool.promise()).'
      : 'mysqlStore needs a Pool or Connection of `mysql2/promise`. Write mysqlStore(createPool(url)).',
  )
}

/** The rows of a SELECT, as arrays. */
export async function rowsOf(answer: Promise<[unknown, unknown]>): Promise<unknown[][]> {
  const [rows] = await answer
  return rows as unknown[][]
}

/** How many rows a change has found. */
export async function changesOf(answer: Promise<[unknown, unknown]>): Promise<number> {
  const [result] = await answer
  return (result as { affectedRows: number }).affectedRows
}

/** Runs the work on one connection. */
export async function onOneConnection<T>(
  client: MysqlClient,
  work: (connection: MysqlClient) => Promise<T>,
): Promise<T> {
  if (!('getConnection' in client)) return work(client)
  const connection = await (client as Pool).getConnection()
  try {
    const answer = await work(connection)
    connection.release()
    return answer
  } catch (error) {
    // Whatever state it is in, nobody else shall have it.
    connection.destroy()
    throw error
  }
}
