import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sharedRedis } from '../../../../../servers/shared.ts'
import { createSessions } from '../../create-sessions.ts'
import type { SessionStore } from '../../store.ts'
import { fakeClock, testBrowser } from '../../testing/index.ts'
import { freshPrefix, removeTestKeys, singleClients } from '../redis/clients/clients.test-helper.ts'
import { redisStore } from '../redis/redis.ts'
import { sqliteStore } from '../sqlite/sqlite.ts'

const words = ['diagnosis', 'of-alice', 'Zwieback']

/** Values written, changed and removed, over a renewal and a new token: all that leaves traces. Gives the cookies. */
async function live(store: SessionStore, sealed: boolean): Promise<string[]> {
  const clock = fakeClock()
  const sessions = createSessions({
    store,
    sealed,
    renewalInterval: '1m',
    now: clock.now,
    sweepInterval: false,
  })
  const browser = testBrowser()
  const cookies: string[] = []
  const request = async (act: (session: Awaited<ReturnType<typeof sessions.open>>) => Promise<unknown>) => {
    const visit = await browser.visit(sessions)
    await act(visit.session)
    visit.respond()
    cookies.push(browser.cookie ?? '')
  }
  await request((session) => session.set('note', words[0]))
  await request((session) => session.login('alice', { methods: ['pwd'] }))
  await request((session) => session.set({ other: { [words[1] ?? '']: [words[2]] }, gone: words[0] }))
  clock.advance('1m')
  await request((session) => session.update('note', (note) => `${note}!`))
  await request((session) => session.delete('gone'))
  await request((session) => session.elevate('admin', { for: '5m' }))
  await request(async (session) => assert.equal(session.get('note'), `${words[0]}!`))
  return cookies
}

/** What of the words and the secrets is in the bytes. */
function found(bytes: Buffer, cookies: readonly string[]): string[] {
  assert.ok(bytes.includes('alice'), 'these are the bytes of the store')
  const secrets = [...new Set(cookies)].map((cookie) => cookie.slice(-44))
  return [...words, ...secrets].filter((text) => bytes.includes(text))
}

async function sqliteBytes(t: TestContext, sealed: boolean): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-at-rest-'))
  t.after(() => rm(folder, { recursive: true }))
  const store = sqliteStore(join(folder, 'sessions.sqlite'))
  const cookies = await live(store, sealed)
  // With the write-ahead log, before anything is tidied up.
  const files = await readdir(folder)
  const bytes = Buffer.concat(await Promise.all(files.map((name) => readFile(join(folder, name)))))
  await store.close?.()
  assert.ok(files.length > 1)
  return found(bytes, cookies)
}

async function redisBytes(t: TestContext, sealed: boolean): Promise<string[]> {
  const it = await singleClients.ioredis?.(await sharedRedis())
  assert.ok(it)
  const prefix = freshPrefix()
  t.after(async () => {
    await removeTestKeys(it, `${prefix}*`)
    await it.close()
  })
  const cookies = await live(redisStore(it.client, { prefix }), sealed)
  const [, keys] = (await it.command('SCAN', '0', 'MATCH', `${prefix}*`, 'COUNT', '1000000')) as [
    string,
    string[],
  ]
  const read: Record<string, string[]> = {
    hash: ['HGETALL'],
    zset: ['ZRANGE', '0', '-1'],
    set: ['SMEMBERS'],
    string: ['GET'],
  }
  const values = keys.map(async (key) => {
    const [command = '', ...rest] = read[String(await it.command('TYPE', key))] ?? []
    return it.command(command, key, ...rest)
  })
  return found(Buffer.from(JSON.stringify([keys, await Promise.all(values)])), cookies)
}

for (const [name, bytesOf] of Object.entries({ sqlite: sqliteBytes, redis: redisBytes })) {
  test(`${name}: nothing that it holds shows a sealed value or a secret`, async (t) => {
    assert.deepEqual(await bytesOf(t, true), [])
  })
  test(`${name}: the same search finds values that are not sealed`, async (t) => {
    assert.deepEqual(await bytesOf(t, false), words)
  })
}
