import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { type ConnectMysql, mysqlModes } from '../../packages/session/src/stores/mysql/modes.test-helper.ts'
import { migrateMysql, mysqlStore } from '../../packages/session/src/stores/mysql/mysql.ts'
import {
  nativeModes,
  type PostgresMode,
  postgresModes,
} from '../../packages/session/src/stores/postgres/modes.test-helper.ts'
import {
  type BuiltNative,
  buildNative,
} from '../../packages/session/src/stores/postgres/native.test-helper.ts'
import { migratePostgres, postgresStore } from '../../packages/session/src/stores/postgres/postgres.ts'
import type { Mode } from './laws.ts'

const ownTable = () => `latchkey_check_${randomBytes(6).toString('hex')}`

export function postgresServer(url: string): Mode[] {
  return Object.entries(postgresModes).map(([name, mode]) => postgresMode(`postgres by ${name}`, url, mode))
}

/** By pg-native, which is built when the first of them is opened. */
export function nativeServer(url: string): Mode[] {
  let built: Promise<BuiltNative> | null = null
  // Whether or not it is there already, the modes have the same names.
  return Object.entries(nativeModes(pg)).map(([name, { options }]) => ({
    ...postgresMode(`postgres by ${name}`, url, {
      options,
      async connect(url) {
        built ??= buildNative()
        const { pg: copy } = await built
        if (!copy.native) throw new Error('pg-native was built and is not found')
        const mode = nativeModes(copy.native)[name]
        if (!mode) throw new Error(`there is no ${name}`)
        return mode.connect(url)
      },
    }),
    openPatience: 300_000,
  }))
}

function postgresMode(name: string, url: string, { options, connect }: PostgresMode): Mode {
  return {
    name,
    options: { announces: options.announce ?? false },
    async open() {
      const table = ownTable()
      const { client, close } = await connect(url)
      await migratePostgres(client, { table })
      const plain = new pg.Pool({ connectionString: url, max: 1 })
      return {
        async make() {
          await plain.query(`DELETE FROM ${table}`)
          return postgresStore(client, { table, ...options })
        },
        async close() {
          await plain.query(`DROP TABLE ${table}, ${table}_schema`)
          await Promise.all([plain.end(), close()])
        },
      }
    },
  }
}

export function mysqlServer(url: string): Mode[] {
  return Object.entries(mysqlModes).map(([name, connect]) => mysqlMode(`mysql by ${name}`, url, connect))
}

function mysqlMode(name: string, url: string, connect: ConnectMysql): Mode {
  return {
    name,
    options: {},
    async open() {
      const table = ownTable()
      const { client, close } = await connect(url)
      await migrateMysql(client, { table })
      const plain = mysql.createPool({ uri: url, connectionLimit: 1 })
      return {
        async make() {
          await plain.query(`DELETE FROM ${table}`)
          return mysqlStore(client, { table })
        },
        async close() {
          await plain.query(`DROP TABLE ${table}, ${table}_schema`)
          await Promise.all([plain.end(), close()])
        },
      }
    },
  }
}
