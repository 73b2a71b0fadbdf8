import { randomBytes } from 'node:crypto'
import { Client, Pool } from 'pg'
import { sharedPostgres } from '../../../../servers/shared.ts'
import type { Ending } from './ending.ts'

/** URL of an empty database on the PostgreSQL that tests share; dropped after the test. */
export async function ownDatabase(t: Ending): Promise<string> {
  const server = await sharedPostgres()
  const name = `console_${randomBytes(6).toString('hex')}`
  await asked(server, `CREATE DATABASE ${name}`)
  t.after(async () => {
    await asked(server, `DROP DATABASE ${name} WITH (FORCE)`)
  })
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** The same with a schema in place of a database: quicker, for what names no schema itself. */
export async function ownSchema(t: Ending): Promise<string> {
  const server = await sharedPostgres()
  const name = `console_${randomBytes(6).toString('hex')}`
  await asked(server, `CREATE SCHEMA ${name}`)
  t.after(async () => {
    await asked(server, `DROP SCHEMA ${name} CASCADE`)
  })
  const url = new URL(server)
  url.searchParams.set('options', `-c search_path=${name}`)
  return url.href
}

/** A pool for a URL of these. */
export function openPool(url: string, max = 10): Pool {
  const pool = new Pool({ connectionString: url, max })
  // `end` resolves before its connections are closed, so that dropping the database can be what closes them.
  return pool.on('error', () => undefined)
}

/** Asks over a connection of its own. */
export async function asked(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
