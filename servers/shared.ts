// The servers that ordinary tests share. `npm test` starts one of each and says where in the environment; a test
// file that is run alone starts its own, which end with its process (guard.ts).
import { startMariadb } from './mariadb.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'

/** Environment variables with the URLs of servers to use instead of starting some. */
export const urlVariables = {
  redis: 'TEST_REDIS_URL',
  postgres: 'TEST_POSTGRES_URL',
  mysql: 'TEST_MYSQL_URL',
} as const

/** URL of a Redis that other tests use too: put your keys under a prefix of your own and remove them. */
export const sharedRedis = once(urlVariables.redis, () => startRedis())

/** URL of a PostgreSQL that other tests use too: use a table or schema of your own and drop it. */
export const sharedPostgres = once(urlVariables.postgres, () => startPostgres())

/** URL of a MariaDB (or MySQL) that other tests use too: use a table of your own and drop it. */
export const sharedMysql = once(urlVariables.mysql, () => startMariadb())

/** Environment variables that make the tests of another process share the servers of this one, all three. */
export async function sharedUrls(): Promise<Record<string, string>> {
  const [redis, postgres, mysql] = await Promise.all([sharedRedis(), sharedPostgres(), sharedMysql()])
  return {
    [urlVariables.redis]: redis,
    [urlVariables.postgres]: postgres,
    [urlVariables.mysql]: mysql,
  }
}

function once(variable: string, start: () => Promise<{ readonly url: string }>): () => Promise<string> {
  let started: Promise<{ readonly url: string }> | undefined
  return async () => {
    const given = process.env[variable]
    if (given) return given
    started ??= start()
    return (await started).url
  }
}
