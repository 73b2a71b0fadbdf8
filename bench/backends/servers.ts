import { createPool } from 'mysql2/promise'
import pg from 'pg'
import { createClient } from 'redis'
import { startMariadb } from '../../servers/mariadb.ts'
import { startPostgres } from '../../servers/postgres.ts'
import { startRedis } from '../../servers/redis.ts'
import type { Environment } from '../speed/child.ts'
import { addressVariables } from './addresses.ts'

/** Servers for one measurement, in temporary folders; they end with this process at the latest. */
export interface Backends {
  /** Tells measured processes where they are. */
  readonly environment: Environment
  /** What was started, with the settings that decide how much a write costs. */
  readonly description: readonly string[]
  stop(): Promise<void>
}

export type Backend = 'redis' | 'postgres' | 'mysql'

interface Started {
  readonly url: string
  readonly description: string
  stop(): Promise<void>
}

/** Each with its distribution's defaults where it matters, save that Redis writes nothing to disk. */
const starts: Readonly<Record<Backend, () => Promise<Started>>> = {
  async redis() {
    const server = await startRedis()
    const client = await createClient({ url: server.url }).connect()
    const [, version] = /redis_version:(\S+)/.exec(await client.info('server')) ?? []
    const { appendonly } = await client.configGet('appendonly')
    const { save } = await client.configGet('save')
    await client.close()
    const description = `Redis ${version}: appendonly ${appendonly}, save "${save}"`
    return { url: server.url, description, stop: () => server.stop() }
  },
  async postgres() {
    const server = await startPostgres({ settings: { fsync: 'on', shared_buffers: '1GB' } })
    const client = new pg.Client(server.url)
    await client.connect()
    const show = async (name: string) => Object.values((await client.query(`SHOW ${name}`)).rows[0])[0]
    const version = String(await show('server_version')).split(' ')[0]
    const settings = await described(['fsync', 'synchronous_commit', 'shared_buffers'], show)
    await client.end()
    return { url: server.url, description: `PostgreSQL ${version}: ${settings}`, stop: () => server.stop() }
  },
  async mysql() {
    const settings = { 'innodb-flush-log-at-trx-commit': '1', 'innodb-buffer-pool-size': '1G' }
    const server = await startMariadb({ settings })
    const pool = createPool(server.url)
    const show = async (name: string) => {
      const [rows] = await pool.query(`SELECT @@${name} AS value`)
      return Array.isArray(rows) && rows[0] && 'value' in rows[0] ? rows[0].value : undefined
    }
    const version = String(await show('version')).split('-')[0]
    const names = ['innodb_flush_log_at_trx_commit', 'innodb_buffer_pool_size', 'log_bin']
    const description = `MariaDB ${version}: ${await described(names, show)}`
    await pool.end()
    return { url: server.url, description, stop: () => server.stop() }
  },
}

export async function startBackends(backends: readonly Backend[]): Promise<Backends> {
  const started = new Map<Backend, Started>()
  const stop = async () => {
    for (const { stop } of started.values()) await stop()
  }
  try {
    for (const backend of backends) started.set(backend, await starts[backend]())
  } catch (error) {
    await stop()
    throw error
  }
  const urls = [...started].map(([backend, { url }]) => [addressVariables[backend], url] as const)
  return {
    environment: Object.fromEntries(urls),
    description: [...started.values()].map(({ description }) => description),
    stop,
  }
}

async function described(
  names: readonly string[],
  show: (name: string) => Promise<unknown>,
): Promise<string> {
  const settings: string[] = []
  for (const name of names) settings.push(`${name} ${await show(name)}`)
  return settings.join(', ')
}
