import assert from 'node:assert/strict'
import { isSessionError } from '../../errors.ts'
import { mintToken } from '../../secret/token.ts'
import type { SessionRecord, SessionStore } from '../../store.ts'
import type { StoreLawBodies } from './signed-in.ts'

const start = Date.UTC(2026, 0, 1)

/** A record as core makes them, with the given parts. */
export function sampleRecord(parts: Partial<SessionRecord> = {}): SessionRecord {
  const token = mintToken()
  return {
    sid: token.sid,
    userId: null,
    secretHash: token.secretHash,
    previous: null,
    policy: 'default',
    createdAt: start,
    authenticatedAt: null,
    lastSeenAt: start,
    renewedAt: start,
    expiresAt: start + 1_800_000,
    rev: 0,
    data: {},
    ...parts,
  }
}

async function stored(store: SessionStore, parts: Partial<SessionRecord> = {}): Promise<SessionRecord> {
  const record = sampleRecord(parts)
  await store.create(record)
  return record
}

const others = (count: number) => Array.from({ length: count }, (_, index) => index)

/** What a store must do with single records. */
export const recordLaws: StoreLawBodies = {
  async 'create: read gives back every field'(store) {
    const full = sampleRecord({
      userId: 'Zoë 🦊',
      previous: { hash: 'h'.repeat(43), confirmedAt: start + 5, nonce: null },
      authenticatedAt: start + 1,
      lastSeenAt: start + 2,
      renewedAt: start + 3,
      data: { cart: '["tea \\" 🍵"]', empty: '' },
    })
    await store.create(full)
    assert.deepEqual(plain(await store.read(full.sid)), plain(full))
    const visitor = await stored(store)
    assert.deepEqual(plain(await store.read(visitor.sid)), plain(visitor))
    const renewed = await stored(store, {
      previous: { hash: 'h'.repeat(43), confirmedAt: null, nonce: 'n'.repeat(16) },
    })
    assert.deepEqual(plain(await store.read(renewed.sid)), plain(renewed))
  },

  async 'create: never overwrites'(store) {
    const first = await stored(store, { data: { owner: '"first"' } })
    await assert.rejects(
      store.create({ ...sampleRecord(), sid: first.sid }),
      (error) => isSessionError(error) && error.code === 'sid_taken',
    )
    assert.deepEqual(plain(await store.read(first.sid)), plain(first))
  },

  async 'read: null for an unknown sid'(store) {
    assert.equal(await store.read(sampleRecord().sid), null)
  },

  async 'read: gives back an expired record, for core judges'(store) {
    const record = await stored(store, { expiresAt: start - 1 })
    assert.equal((await store.read(record.sid))?.expiresAt, start - 1)
  },

  async 'read: what it gives is a copy or frozen, never a view'(store) {
    const data: Record<string, string> = { a: '1' }
    const record = await stored(store, { data })
    data.a = '2'
    const seen = await store.read(record.sid)
    if (seen) Reflect.set(seen.data, 'b', '3')
    assert.deepEqual({ ...(await store.read(record.sid))?.data }, { a: '1' })
  },

  async 'update: merges fields and data, leaves the rest, counts rev'(store) {
    const record = await stored(store, { data: { kept: '1', changed: '2', dropped: '3' } })
    const patch = {
      fields: { userId: 'u', lastSeenAt: start + 9 },
      set: { changed: '4', added: '5' },
      unset: ['dropped'],
    }
    assert.equal(await store.update(record.sid, patch), true)
    const expected = { ...record, ...patch.fields, rev: 1, data: { kept: '1', changed: '4', added: '5' } }
    assert.deepEqual(plain(await store.read(record.sid)), plain(expected))
  },

  async 'update: a field can be set to null'(store) {
    const record = await stored(store, {
      userId: 'u',
      previous: { hash: 'x', confirmedAt: null, nonce: null },
      authenticatedAt: start,
    })
    await store.update(record.sid, { fields: { userId: null, previous: null, authenticatedAt: null } })
    const seen = await store.read(record.sid)
    assert.deepEqual([seen?.userId, seen?.previous, seen?.authenticatedAt], [null, null, null])
    assert.deepEqual(await store.list('u'), [])
  },

  async 'update: keys and values are opaque text'(store) {
    const keys = [
      '__proto__',
      'constructor',
      '',
      'a.b',
      '$',
      '$.a',
      '"',
      '\\',
      ' ',
      'ключ',
      '🔑',
      'null',
      'a"b\\c\n',
    ]
    const record = await stored(store)
    for (const key of keys) await store.update(record.sid, { set: { [key]: JSON.stringify({ key }) } })
    const data = (await store.read(record.sid))?.data ?? {}
    assert.deepEqual(Object.keys(data).sort(), [...keys].sort())
    for (const key of keys)
      assert.equal(Object.getOwnPropertyDescriptor(data, key)?.value, JSON.stringify({ key }))
    await store.update(record.sid, { unset: keys })
    assert.deepEqual(Object.keys((await store.read(record.sid))?.data ?? {}), [])
  },

  async 'update: never creates and never re-creates (law 2)'(store) {
    const record = sampleRecord()
    assert.equal(await store.update(record.sid, { set: { a: '1' } }), false)
    assert.equal(await store.read(record.sid), null)
    await store.create(record)
    await store.delete(record.sid)
    assert.equal(await store.update(record.sid, { fields: { userId: 'u' }, set: { a: '1' } }), false)
    assert.equal(await store.read(record.sid), null)
    assert.deepEqual(await store.list('u'), [])
  },

  async 'update: changes nothing when a guard does not hold'(store) {
    const record = await stored(store, { data: { a: '1' } })
    const change = { fields: { userId: 'u' }, set: { a: '2' } }
    const wrong = [
      { secretHash: 'another' },
      { rev: 1 },
      { secretHash: record.secretHash, rev: 1 },
      { secretHash: 'another', rev: 0 },
    ]
    for (const guard of wrong) assert.equal(await store.update(record.sid, { ...change, guard }), false)
    assert.deepEqual(plain(await store.read(record.sid)), plain(record))
    const right = { secretHash: record.secretHash, rev: 0 }
    assert.equal(await store.update(record.sid, { ...change, guard: right }), true)
  },

  async 'update: concurrent writes of different keys all land (law 3)'(store) {
    const record = await stored(store)
    await Promise.all(others(50).map((n) => store.update(record.sid, { set: { [`k${n}`]: `${n}` } })))
    const seen = await store.read(record.sid)
    assert.equal(Object.keys(seen?.data ?? {}).length, 50)
    assert.equal(seen?.rev, 50)
  },

  async 'update: of several with the same guard exactly one wins'(store) {
    const record = await stored(store)
    for (const guard of [{ rev: 0 }, { secretHash: record.secretHash }]) {
      const tries = others(20).map((n) =>
        store.update(record.sid, { fields: { secretHash: `hash${n}` }, guard }),
      )
      assert.equal((await Promise.all(tries)).filter(Boolean).length, 1)
      await store.update(record.sid, { fields: { secretHash: record.secretHash } })
    }
  },

  async 'delete: true once, then false; a guard that does not hold keeps the record'(store) {
    const record = await stored(store)
    assert.equal(await store.delete(record.sid, { secretHash: 'another' }), false)
    assert.equal(await store.delete(record.sid, { rev: 7 }), false)
    assert.notEqual(await store.read(record.sid), null)
    assert.equal(await store.delete(record.sid, { secretHash: record.secretHash, rev: 0 }), true)
    assert.equal(await store.delete(record.sid), false)
    assert.equal(await store.read(record.sid), null)
  },

  async 'delete: wins against writes under way (law 2)'(store) {
    for (const _ of others(20)) {
      const record = await stored(store)
      const writes = others(5).map((n) =>
        store.update(record.sid, { fields: { userId: 'late' }, set: { k: `${n}` } }),
      )
      await Promise.all([
        ...writes,
        store.delete(record.sid),
        store.update(record.sid, { set: { k: 'last' } }),
      ])
      assert.equal(await store.read(record.sid), null)
    }
    assert.deepEqual(await store.list('late'), [])
  },

  async 'list: follows the user through create, update and delete'(store) {
    const [a, b] = [await stored(store, { userId: 'u' }), await stored(store)]
    await store.update(b.sid, { fields: { userId: 'u' } })
    assert.deepEqual(sids(await store.list('u')), [a.sid, b.sid].sort())
    await store.update(a.sid, { fields: { userId: 'v' } })
    await store.delete(b.sid)
    assert.deepEqual(await store.list('u'), [])
    assert.deepEqual(plain((await store.list('v'))[0]), plain({ ...a, userId: 'v', rev: 1 }))
  },

  async 'list: tells users apart to the letter'(store) {
    const users = ['u', 'U', 'u ', ' u', 'ú', 'u:v', 'u*', 'u%', '__proto__', '🦊']
    for (const userId of users) await stored(store, { userId })
    for (const userId of users) {
      assert.deepEqual(
        (await store.list(userId)).map((record) => record.userId),
        [userId],
      )
    }
  },

  async 'deleteAll: removes every record and says how many'(store) {
    const records = await Promise.all(others(7).map((n) => stored(store, { userId: n % 2 ? 'u' : null })))
    assert.equal(await store.deleteAll(), 7)
    for (const { sid } of records) assert.equal(await store.read(sid), null)
    assert.deepEqual(await store.list('u'), [])
  },
}

/** What a store must do that does not expire records by itself. */
export const sweepLaws: StoreLawBodies = {
  async 'sweep: removes what has ended and nothing else'(store) {
    const [ended, now, live] = await Promise.all(
      [-1, 0, 1].map((by) => stored(store, { expiresAt: start + by, userId: 'u' })),
    )
    const touched = await stored(store, { expiresAt: start - 1 })
    await store.update(touched.sid, { fields: { expiresAt: start + 5 } })
    assert.equal(await store.sweep?.(start), 2)
    assert.equal(await store.read(ended?.sid ?? ''), null)
    assert.equal(await store.read(now?.sid ?? ''), null)
    assert.deepEqual(sids(await store.list('u')), [live?.sid])
    assert.notEqual(await store.read(touched.sid), null)
  },

  async 'sweep: clears any number'(store) {
    for (const _ of others(1201)) await stored(store, { expiresAt: start })
    assert.equal(await store.sweep?.(start), 1201)
    assert.equal(await store.sweep?.(start), 0)
  },
}

function sids(records: readonly SessionRecord[]): string[] {
  return records.map((record) => record.sid).sort()
}

// Stores may give back objects without a prototype, or with their members in another order.
function plain(record: SessionRecord | null | undefined): unknown {
  return (
    record && { ...record, previous: record.previous && { ...record.previous }, data: { ...record.data } }
  )
}
