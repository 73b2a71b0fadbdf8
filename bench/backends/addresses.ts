/** Where a measured process finds the servers that the bench has started, by environment variable. */
export const addressVariables = {
  redis: 'BENCH_REDIS_URL',
  postgres: 'BENCH_POSTGRES_URL',
  mysql: 'BENCH_MYSQL_URL',
  /** A folder for SQLite files; without it each process makes its own. */
  folder: 'BENCH_FOLDER',
} as const

/** @throws Error when the bench has not started such a server for this process */
export function addressOf(server: keyof typeof addressVariables): string {
  const address = process.env[addressVariables[server]]
  if (address === undefined) throw new Error(`There is no ${addressVariables[server]} in the environment.`)
  return address
}
