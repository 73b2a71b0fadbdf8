import mysql, { type PoolOptions } from 'mysql2/promise'
import type { MysqlClient } from './mysql.ts'

/** A way to set up a client of `mysql2`. */
export type ConnectMysql = (url: string) => Promise<{ readonly client: MysqlClient; close(): Promise<void> }>

/** Those that the store is held to the laws in, by what they are called in a test's name. */
export const mysqlModes: Readonly<Record<string, ConnectMysql>> = {
  Pool: pool({}),
  'Pool of one': pool({ connectionLimit: 1 }),
  async Connection(url) {
    const client = await mysql.createConnection(url)
    return { client, close: () => client.end() }
  },
  'Pool with typeCast: false and nestTables: true': pool({ typeCast: false, nestTables: true }),
  'Pool with a typeCast of its own': pool({ typeCast: (field) => field.buffer() }),
}

function pool(options: PoolOptions): ConnectMysql {
  return async (url) => {
    const client = mysql.createPool({ uri: url, ...options })
    return { client, close: () => client.end() }
  }
}
