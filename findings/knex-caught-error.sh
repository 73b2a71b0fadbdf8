#!/usr/bin/env bash
# A transaction in which an error was caught: PostgreSQL rolls it back, knex resolves, kysely and postgres.js reject.
# Runs the system's PostgreSQL on a free port of loopback.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund pg@8.23.1 knex@3.3.0 kysely@0.29.9 postgres@3.4.9 >install.log || { cat install.log; exit 1; }
programs=${POSTGRES_PROGRAMS:-$(pg_config --bindir)}

cat >finding.mjs <<'END'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import knex from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import postgres from 'postgres'

const programs = process.argv[2]
const { server, url } = await startPostgres()
try {
  const client = new pg.Client(url)
  await client.connect()
  await client.query("CREATE TABLE sessions (id text PRIMARY KEY); INSERT INTO sessions VALUES ('taken')")

  // Each stores a session, then one whose id is taken, and goes on in spite of that.
  const attempts = {
    async pg() {
      await client.query('BEGIN')
      await client.query("INSERT INTO sessions VALUES ('pg')")
      await client.query("INSERT INTO sessions VALUES ('taken')").catch(() => undefined)
      return (await client.query('COMMIT')).command
    },
    async knex() {
      const database = knex({ client: 'pg', connection: url })
      const transaction = database.transaction(async (sessions) => {
        await sessions('sessions').insert({ id: 'knex' })
        await sessions('sessions').insert({ id: 'taken' }).catch(() => undefined)
        return 'signed in'
      })
      return transaction.finally(() => database.destroy())
    },
    async kysely() {
      const database = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }) })
      const transaction = database.transaction().execute(async (sessions) => {
        await sessions.insertInto('sessions').values({ id: 'kysely' }).execute()
        await sessions.insertInto('sessions').values({ id: 'taken' }).execute().catch(() => undefined)
        return 'signed in'
      })
      return transaction.finally(() => database.destroy())
    },
    async 'postgres.js'() {
      const database = postgres(url)
      const transaction = database.begin(async (sql) => {
        await sql`INSERT INTO sessions VALUES ('postgres.js')`
        await sql`INSERT INTO sessions VALUES ('taken')`.catch(() => undefined)
        return 'signed in'
      })
      return transaction.finally(() => database.end())
    },
  }
  const seen = {}
  for (const [name, attempt] of Object.entries(attempts)) {
    seen[name] = await attempt().then((value) => `resolves: ${value}`, () => 'rejects')
  }
  seen.stored = (await client.query('SELECT id FROM sessions')).rows.map(({ id }) => id)
  await client.end()

  const expected = {
    pg: 'resolves: ROLLBACK',
    knex: 'resolves: signed in',
    kysely: 'rejects',
    'postgres.js': 'rejects',
    stored: ['taken'],
  }
  console.log('A transaction inserts a session, then one whose id is taken; that error is caught inside, and the function returns.')
  console.log('PostgreSQL answers the COMMIT by ROLLBACK and without an error. What the clients make of it:')
  console.log(seen)
  console.log('knex reports a sign-in of which nothing was stored; who changes the client changes what a sign-in means.')
  if (!isDeepStrictEqual(seen, expected)) {
    console.error('This has changed. Before it was:', expected)
    process.exitCode = 1
  }
} finally {
  server.kill('SIGQUIT')
  await once(server, 'exit')
}

/** PostgreSQL refuses root, so it runs as the user that its package makes. */
async function startPostgres() {
  const data = `${process.cwd()}/data`
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const user = process.getuid() === 0 ? { uid: id('-u'), gid: id('-g') } : {}
  mkdirSync(data, { mode: 0o700 })
  chmodSync('.', 0o755)
  if (user.uid !== undefined) chownSync(data, user.uid, user.gid)
  const settings = { ...user, cwd: data, stdio: 'ignore' }
  execFileSync(`${programs}/initdb`, ['-D', data, '--auth=trust', '--username=postgres', '--no-sync'], settings)
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  const options = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${data}`, '-c', 'fsync=off']
  const server = spawn(`${programs}/postgres`, ['-D', data, '-p', String(port), ...options], settings)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  for (let left = 100; left > 0 && !(await answers(url)); left--) await setTimeout(100)
  return { server, url }
}

function answers(url) {
  const client = new pg.Client(url)
  return client.connect().then(() => client.end()).then(() => true, () => false)
}
END
"$programs/postgres" --version
npm ls --depth 0 | tail -n +2
node finding.mjs "$programs"
