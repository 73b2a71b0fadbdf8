import { parseArgs } from 'node:util'
import { UsageError, usageErrorOf } from '../command/usage-error.ts'

export const databases = ['postgres', 'mysql', 'sqlite'] as const
export type Database = (typeof databases)[number]

export interface Wish {
  readonly database: Database
  /** Null when only the SQL is wanted. */
  readonly url: string | null
  readonly names: { readonly table?: string; readonly schema?: string }
}

export const help = `latchkey-migrate <database> [options]

Makes the table that Latchkey keeps sessions in, or brings it up to date. It may run again and again, and on several
machines at once.

  <database>        postgres, mysql (also for MariaDB) or sqlite

  --url <url>       where it is: postgres://user:password@host/name, mysql://user:password@host/name, or the path of the
                    SQLite file. Default: the environment variable DATABASE_URL
  --table <name>    name of the table, default latchkey_sessions (postgres and mysql)
  --schema <name>   PostgreSQL schema or MySQL database of the table, which must exist
  --print           write the SQL to stdout and do nothing else; needs no database
  --help            this text

PostgreSQL needs the package pg in your project, MySQL and MariaDB need mysql2.

Exit codes: 0 done, 1 failed, 2 wrong use.
`

const protocols: Readonly<Record<Database, readonly string[]>> = {
  postgres: ['postgres:', 'postgresql:'],
  mysql: ['mysql:', 'mariadb:'],
  sqlite: ['file:'],
}

/**
 * What is asked for; null for the help text.
 * @throws UsageError whose message repeats no value
 */
export function parseWish(args: readonly string[], environment: NodeJS.ProcessEnv): Wish | null {
  const { values, positionals } = parsed(args)
  if (values.help) return null
  const database = databases.find((name) => name === positionals[0])
  if (!database || positionals.length > 1) throw new UsageError(`say one database: ${databases.join(', ')}`)
  const { table, schema } = values
  const names = { ...(table !== undefined && { table }), ...(schema !== undefined && { schema }) }
  if (database === 'sqlite' && Object.keys(names).length > 0) {
    throw new UsageError('--table and --schema are for postgres and mysql')
  }
  return { database, url: values.print ? null : checkedUrl(database, values.url, environment), names }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        table: { type: 'string' },
        schema: { type: 'string' },
        print: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw usageErrorOf(error)
  }
}

function checkedUrl(database: Database, given: string | undefined, environment: NodeJS.ProcessEnv): string {
  const url = given ?? environment.DATABASE_URL
  if (!url) throw new UsageError('say where the database is: --url, or DATABASE_URL in the environment')
  if (database === 'sqlite' && !/^\w+:\/\//.test(url)) return url
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  if (protocols[database].includes(protocol)) return url
  throw new UsageError(
    `the URL of a ${database} database begins with ${protocols[database].join('// or ')}//`,
  )
}
