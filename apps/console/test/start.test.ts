import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test, { type TestContext } from 'node:test'
import { freePort } from '../../../servers/ports.ts'
import { startRedis } from '../../../servers/redis.ts'
import { openBackends } from '../src/backends/backends.ts'
import { type Config, readConfig } from '../src/config.ts'
import { createClient, signedIn } from './support/client.ts'
import { recordedLog } from './support/log.ts'
import { asked, ownDatabase } from './support/postgres.ts'
import { run, urlOf } from './support/process.ts'

test('a server that does not answer at the start is said in one line, and never its password', async (t) => {
  const port = await freePort()
  const process = run(t, { DATABASE_URL: `postgres://ada:hunter2@127.0.0.1:${port}/console` })
  assert.equal(await process.ended, 1)
  const line =
    `Cannot start. DATABASE_URL: the PostgreSQL at 127.0.0.1:${port} cannot be used: nothing answers there. ` +
    'Start it or correct DATABASE_URL, then start the console again.\n'
  assert.equal(process.output(), line)
})

/** Why it could not start with these settings. */
async function refusal(variables: Record<string, string>): Promise<string> {
  const { log, logged } = recordedLog()
  const config: Config = readConfig({ LATCHKEY_DATA: ':memory:', ...variables })
  const error = await openBackends(config, log).then(
    () => assert.fail('it started'),
    (reason: Error) => reason,
  )
  assert.doesNotMatch(error.message + error.stack + logged(), /hunter2|\n.*hunter2/)
  return error.message
}

async function redisWithPassword(t: TestContext): Promise<string> {
  const { port, stop } = await startRedis({ settings: { requirepass: 'right' } }).then((server) => ({
    port: server.port,
    stop: () => server.stop(),
  }))
  t.after(stop)
  return `127.0.0.1:${port}`
}

test('what is wrong with a server is told apart', async (t) => {
  const database = new URL(await ownDatabase(t))
  database.pathname = '/nowhere'
  const none = await freePort()
  const locked = await redisWithPassword(t)
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ SESSION_STORE: `redis://:hunter2@127.0.0.1:${none}` }, /SESSION_STORE: the Redis .* nothing answers/],
    [
      { SESSION_STORE: `redis://:hunter2@${locked}` },
      /SESSION_STORE: .* refuses the user name or the password/,
    ],
    [{ SESSION_STORE: `redis://${locked}` }, /SESSION_STORE: .* asks for a password/],
    [
      { SESSION_STORE: 'redis://hunter2:hunter2@nowhere.invalid' },
      /at nowhere\.invalid:6379 .* (no such host|looked up)/,
    ],
    [{ SESSION_STORE: database.href }, /SESSION_STORE: the PostgreSQL .* no such database/],
  ]
  for (const [variables, message] of cases) assert.match(await refusal(variables), message)
})

test('with DATABASE_URL alone sessions and counts are in PostgreSQL too, and survive a restart', async (t) => {
  const DATABASE_URL = await ownDatabase(t)
  const first = run(t, { DATABASE_URL })
  const client = await signedIn(await urlOf(first))
  assert.equal((await asked(DATABASE_URL, 'SELECT sid FROM console_sessions')).length, 1)
  assert.notEqual((await asked(DATABASE_URL, 'SELECT key FROM console_throttles')).length, 0)
  first.child.kill('SIGTERM')
  assert.equal(await first.ended, 0)
  const second = run(t, { DATABASE_URL })
  const url = await urlOf(second)
  assert.equal((await client.at(url).get('/account')).status, 200)
  const health = await createClient(url).get('/health')
  assert.deepEqual(
    [health.status, JSON.parse(health.body)],
    [200, { status: 'ok', database: true, sessions: true }],
  )
})

test('a console on a file loads no client of a server', () => {
  const backends = new URL('../src/backends/backends.ts', import.meta.url).href
  const script = `
    import { createRequire } from 'node:module'
    import { openBackends } from ${JSON.stringify(backends)}
    const settings = { database: { kind: 'sqlite', path: ':memory:', variable: 'DATABASE_URL' }, sessions: { kind: 'database' } }
    await openBackends(settings, {})
    const loaded = () => Object.keys(createRequire(${JSON.stringify(backends)}).cache)
      .map((path) => /node_modules.((?:@redis.)?[^/\\\\\\\\]+)/.exec(path)?.[1]).filter((name) => /^(pg|redis|@redis.*)$/.test(name))
    const before = loaded().length
    await openBackends({ ...settings, sessions: { kind: 'redis', url: 'redis://127.0.0.1:1' } }, {}).catch(() => {})
    console.log(before, loaded().length > 0)`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  assert.equal(output, '0 true\n')
})
