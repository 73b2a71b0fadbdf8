import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import pg from 'pg'
import { startRedis } from '../../servers/redis.ts'
import { sharedMysql, sharedPostgres, sharedRedis } from '../../servers/shared.ts'

const program = fileURLToPath(new URL('stores.ts', import.meta.url))

async function stores(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [[code], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { code, out, err }
}

test('servers that keep the laws are said to, by each mode, and nothing is left there', async (t) => {
  const url = await sharedPostgres()
  const { code, out } = await stores(
    '--postgres',
    url,
    '--mysql',
    await sharedMysql(),
    '--mode',
    'Pool of one',
  )
  assert.match(
    out,
    /^held {3}postgres by Pool of one, unprepared: \d+ laws\nheld {3}mysql by Pool of one: \d+ laws\nok: 2 /,
  )
  assert.equal(code, 0)
  const client = new pg.Client(url)
  await client.connect()
  t.after(() => client.end())
  const left = await client.query("SELECT 1 FROM pg_class WHERE relname LIKE 'latchkey\\_check%'")
  assert.equal(left.rowCount, 0)
})

test('of Redis too', async (t) => {
  const url = await sharedRedis()
  const { code, out } = await stores('--redis', url, '--mode', 'node-redis 5 pool')
  assert.match(out, /^held {3}redis by node-redis 5 pool: \d+ laws\nok: 1 /)
  assert.equal(code, 0)
  const client = new Redis(url)
  t.after(() => client.disconnect())
  assert.deepEqual(await client.keys('latchkey-check:*'), [])
})

test('a broken law is named with its reason, and exits with 1', async (t) => {
  const server = await startRedis({ settings: { maxmemory: '1', 'maxmemory-policy': 'noeviction' } })
  t.after(() => server.stop())
  const { code, out } = await stores('--redis', server.url, '--mode', 'node-redis with RESP2')
  assert.match(out, /^BROKEN redis by node-redis with RESP2: \d+ laws\n {2}create: .*OOM/)
  assert.match(out, /\nFAILED: 1 client modes, 1 of them/)
  assert.equal(code, 1)
})

test('a wrong argument exits with 2 and is not repeated where it may hold a password', async () => {
  const wrong: [args: string[], about: RegExp][] = [
    [[], /Say which server/],
    [['--redis', 'http://u:hunter2@host'], /--redis: a URL that begins with redis:/],
    [['--native', '--mysql', 'mysql://host/x'], /--native needs --postgres/],
    [['--mysql', 'mysql://host/x', '--mode', 'none'], /--mode none: there are mysql by Pool;/],
    [['--wrong'], /--wrong/],
  ]
  for (const [args, about] of wrong) {
    const { code, err } = await stores(...args)
    assert.equal(code, 2)
    assert.match(err, about)
    assert.doesNotMatch(err, /hunter2/)
  }
})
