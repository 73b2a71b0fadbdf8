import pg from 'pg'
import type { PostgresClient, PostgresStoreOptions } from './postgres.ts'

/** A way to set up a client of `pg` and the store over it. */
export interface PostgresMode {
  readonly options: PostgresStoreOptions
  connect(url: string): Promise<{ readonly client: PostgresClient; close(): Promise<void> }>
}

/** Those that the store is held to the laws in, by what they are called in a test's name. */
export const postgresModes: Readonly<Record<string, PostgresMode>> = {
  Pool: pool({}),
  Client: client(),
  'announcing Pool': pool({}, { announce: true }),
  'Pool of one, unprepared': pool({ max: 1 }, { prepare: false }),
  'Pool with binary: true': pool({ binary: true }),
}

/** The same by libpq, which `pg.native` and NODE_PG_FORCE_NATIVE take in place of pg's own. */
export function nativeModes(native: Pick<typeof pg, 'Pool' | 'Client'>): typeof postgresModes {
  return {
    'native Pool': pool({}, {}, native),
    'native Client': client(native),
    'native Pool, announcing': pool({}, { announce: true }, native),
    'native Pool, unprepared': pool({}, { prepare: false }, native),
    'native Pool with binary: true': pool({ binary: true }, {}, native),
  }
}

function pool(
  // Which the types of pg do not have.
  config: pg.PoolConfig & { readonly binary?: boolean },
  options: PostgresStoreOptions = {},
  { Pool }: Pick<typeof pg, 'Pool'> = pg,
): PostgresMode {
  return {
    options,
    async connect(url) {
      const client = new Pool({ connectionString: url, ...config })
      return { client, close: () => client.end() }
    },
  }
}

function client({ Client }: Pick<typeof pg, 'Client'> = pg): PostgresMode {
  return {
    options: {},
    async connect(url) {
      const client = new Client({ connectionString: url })
      await client.connect()
      return { client, close: () => client.end() }
    },
  }
}
