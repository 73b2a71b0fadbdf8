import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { errorFacts } from '../errors.ts'
import { within } from '../within.ts'
import { placeOf } from './settings.ts'
import { starting } from './start-error.ts'

// Milliseconds. A request that waits longer gets a 503; making tables may take its time.
const connectTimeout = 2000
const queryTimeout = 3000
const prepareTimeout = 60_000
const closeTimeout = 2000

export interface PostgresConnection {
  readonly pool: Pool
  close(): Promise<void>
}

/**
 * A pool of connections that finds its server again after an outage.
 * @param prepare makes the tables, before anything else
 * @throws Error in one line that names `variable`, when the server cannot be used now
 */
export async function connectPostgres(
  variable: string,
  url: string,
  log: Logger,
  prepare: (pool: Pool) => Promise<void>,
): Promise<PostgresConnection> {
  const { Pool } = await import('pg')
  const open = (query_timeout: number): Pool => {
    const pool = new Pool({
      connectionString: url,
      connectionTimeoutMillis: connectTimeout,
      query_timeout,
      keepAlive: true,
      fallback_application_name: 'latchkey-console',
    })
    // Of a connection that nobody uses at the moment; without a listener it would end the process.
    return pool.on('error', (error) => log.warn(errorFacts(error), 'a connection to PostgreSQL was lost'))
  }
  const close = (pool: Pool) => within(closeTimeout, pool.end()).catch(() => undefined)

  await starting({ variable, server: 'PostgreSQL', at: placeOf(url, 5432) }, async () => {
    const preparing = open(prepareTimeout)
    await prepare(preparing).finally(() => close(preparing))
  })
  const pool = open(queryTimeout)
  return { pool, close: () => close(pool) }
}
