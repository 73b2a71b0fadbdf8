import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fakeClock } from '../../testing/clock.ts'
import { type KeyStore, keysFromStore } from './stored.ts'

/** One text in a real database. */
function sqliteKeyStore() {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE token_keys (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL)')
  const text = () => database.prepare('SELECT text FROM token_keys').get()?.text as string | undefined
  const store: KeyStore = {
    read: async () => text() ?? null,
    async replace(before, after) {
      const { changes } =
        before === null
          ? database.prepare('INSERT OR IGNORE INTO token_keys VALUES (1, ?)').run(after)
          : database.prepare('UPDATE token_keys SET text = ? WHERE text = ?').run(after, before)
      return changes === 1
    },
  }
  return { store, text, database }
}

test('the store has nothing that signs, and another key opens nothing', async (t) => {
  const { store, text, database } = sqliteKeyStore()
  t.after(() => database.close())
  const wrappingKey = randomBytes(32)
  const keys = keysFromStore(store, { wrappingKey })
  await assert.rejects(async () => keys.read(), /call make/)
  assert.equal(await keys.make(), true)
  assert.equal(await keys.make(), false, 'keys that are there stay')
  const { keys: made } = await keys.read()
  const stored = text() ?? ''
  const [header = '', ...parts] = stored.split('.')
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'dir', enc: 'A256GCM' })
  assert.equal(parts.length, 4)
  for (const { d = '', x = '', kid = '' } of made)
    for (const each of [d, x, kid]) assert.ok(!stored.includes(each))
  const again = keysFromStore(store, { wrappingKey: wrappingKey.toString('base64url') })
  assert.deepEqual((await again.read()).keys, made)
  const other = keysFromStore(store, { wrappingKey: randomBytes(32) })
  await assert.rejects(async () => other.read(), /does not open/)
})

test('of two processes that make or rotate keys at once, one does', async (t) => {
  const { store, database } = sqliteKeyStore()
  t.after(() => database.close())
  const clock = fakeClock()
  const wrappingKey = randomBytes(32)
  const two = [keysFromStore(store, { wrappingKey }), keysFromStore(store, { wrappingKey })] as const
  const { now } = clock
  assert.deepEqual((await Promise.all(two.map((keys) => keys.make({ now })))).sort(), [false, true])
  const [before] = (await two[0].read()).keys
  clock.advance('1h')
  assert.deepEqual((await Promise.all(two.map((keys) => keys.rotate({ now })))).sort(), [false, true])
  const after = (await two[1].read()).keys
  assert.equal(after.find(({ kid }) => kid === before?.kid)?.state, 'retired')
})

test('a wrapping key of another size is refused', () => {
  const { store, database } = sqliteKeyStore()
  database.close()
  for (const wrappingKey of [randomBytes(16), 'secret', '', undefined as unknown as string])
    assert.throws(() => keysFromStore(store, { wrappingKey }), {
      code: 'config_invalid',
      message: /32 random bytes/,
    })
})
