import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import type { Environment } from '../speed/child.ts'
import { addressVariables } from './addresses.ts'

/**
 * Runs something while commits need not reach the disk, so that a million sessions are stored in minutes; afterwards
 * they do again, and everything written has.
 */
export async function withoutDurability<T>(environment: Environment, run: () => Promise<T>): Promise<T> {
  await setDurability(environment, false)
  const result = await run()
  await setDurability(environment, true)
  return result
}

async function setDurability(environment: Environment, isDurable: boolean): Promise<void> {
  const { [addressVariables.postgres]: postgres, [addressVariables.mysql]: mysql } = environment
  if (postgres !== undefined) {
    const client = new pg.Client(postgres)
    await client.connect()
    await client.query(`ALTER SYSTEM SET synchronous_commit = ${isDurable ? 'on' : 'off'}`)
    await client.query('SELECT pg_reload_conf()')
    // Autovacuum would do both at some time in the middle of the measurement.
    if (isDurable) {
      await client.query('VACUUM ANALYZE')
      await client.query('CHECKPOINT')
    }
    await client.end()
  }
  if (mysql !== undefined) {
    const connection = await createConnection(mysql)
    await connection.query(`SET GLOBAL innodb_flush_log_at_trx_commit = ${isDurable ? 1 : 0}`)
    await connection.end()
  }
}
