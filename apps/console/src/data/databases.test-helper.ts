import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { Pool } from 'pg'
import { openPool, ownSchema } from '../../test/support/postgres.ts'
import type { Database } from './database.ts'
import { postgresDatabase } from './postgres.ts'
import { migrateData } from './postgres-schema.ts'
import { openSqlite } from './sqlite.ts'

/** The same data, opened as two consoles do. */
export type OpenTwo = (t: TestContext) => Promise<readonly [Database, Database]>

const databases: readonly (readonly [string, OpenTwo])[] = [
  ['SQLite', async (t) => openFileTwice(t)],
  ['PostgreSQL', openPoolsTwice],
]

/** One test for each database that the console supports: what holds on one holds on the other. */
export function onEach(name: string, run: (t: TestContext, open: OpenTwo) => Promise<void>): void {
  for (const [kind, open] of databases) test(`${kind}: ${name}`, (t) => run(t, open))
}

function openFileTwice(t: TestContext): readonly [Database, Database] {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-data-'))
  const path = join(folder, 'console.sqlite')
  const both = [openSqlite(path), openSqlite(path)] as const
  t.after(async () => {
    for (const each of both) await each.close()
    rmSync(folder, { recursive: true })
  })
  return both
}

async function openPoolsTwice(t: TestContext): Promise<readonly [Database, Database]> {
  const pools: Pool[] = []
  // Before the schema is dropped, which is what comes after the test next.
  t.after(() => Promise.all(pools.map((pool) => pool.end())))
  const url = await ownSchema(t)
  const open = async () => {
    const pool = openPool(url)
    pools.push(pool)
    await migrateData(pool)
    return postgresDatabase(pool)
  }
  return await Promise.all([open(), open()])
}
