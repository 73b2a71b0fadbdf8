import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionPatch, SessionRecord, SessionStore } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { storeLaws } from './index.ts'

// Stores with one fault each, as they are found in practice: the laws must find exactly where it shows.

async function failingLaws(makeStore: () => SessionStore): Promise<string[]> {
  const failed: string[] = []
  for (const law of storeLaws(makeStore)) {
    await law.run().catch(() => failed.push(law.name))
  }
  return failed
}

function withUpdate(update: (store: SessionStore, sid: string, patch: SessionPatch) => Promise<boolean>) {
  return (): SessionStore => {
    const store = memoryStore()
    return { ...store, update: (sid, patch) => update(store, sid, patch) }
  }
}

function applied(record: SessionRecord, { fields, set, unset = [] }: SessionPatch): SessionRecord {
  const data = Object.fromEntries(
    Object.entries({ ...record.data, ...set }).filter(([key]) => !unset.includes(key)),
  )
  return { ...record, ...fields, data, rev: record.rev + 1 }
}

const overwritten = async (store: SessionStore, record: SessionRecord) => {
  await store.delete(record.sid)
  await store.create(record)
}

test('a right store breaks no law', async () => {
  assert.deepEqual(await failingLaws(() => memoryStore()), [])
})

test('an upsert that re-creates ended sessions breaks law 2', async () => {
  const failed = await failingLaws(() => {
    const store = memoryStore()
    const loaded = new Map<string, SessionRecord>()
    return {
      ...store,
      async read(sid) {
        const record = await store.read(sid)
        if (record) loaded.set(sid, record)
        return record
      },
      async update(sid, patch) {
        const known = loaded.get(sid)
        if (known && (await store.read(sid)) === null) await store.create(known)
        return store.update(sid, patch)
      },
    }
  })
  assert.ok(failed.includes('law 2: gone is gone, for every request in flight'), failed.join('\n'))
})

test('a late save of the whole record breaks laws 2 and 3', async () => {
  const failed = await failingLaws(
    withUpdate(async (store, sid, patch) => {
      const record = await store.read(sid)
      const { guard } = patch
      if (!record || (guard?.secretHash ?? record.secretHash) !== record.secretHash) return false
      if ((guard?.rev ?? record.rev) !== record.rev) return false
      await new Promise((resolve) => setImmediate(resolve))
      await overwritten(store, applied(record, patch))
      return true
    }),
  )
  for (const name of [
    'update: concurrent writes of different keys all land (law 3)',
    'delete: wins against writes under way (law 2)',
    'update: of several with the same guard exactly one wins',
    'law 3: writes merge, and update loses none',
  ]) {
    assert.ok(failed.includes(name), `${name} did not notice`)
  }
})

test('ignoring guards breaks laws 3 and 5', async () => {
  const failed = await failingLaws(
    withUpdate((store, sid, { guard: _, ...patch }) => store.update(sid, patch)),
  )
  for (const name of [
    'update: changes nothing when a guard does not hold',
    'law 3: writes merge, and update loses none',
    'law 5: login gives a new secret, keeps the data, and the old one is dead at once',
    'law 5: a handle with a dead secret cannot use update to rotate back in',
  ]) {
    assert.ok(failed.includes(name), `${name} did not notice`)
  }
})

const faults: Record<string, { make: (store: SessionStore) => Partial<SessionStore>; breaks: string[] }> = {
  'a create that overwrites': {
    make: (store) => ({ create: (record) => overwritten(store, record) }),
    breaks: ['create: never overwrites'],
  },
  'a delete that only says so': {
    make: () => ({ delete: async () => true }),
    breaks: [
      'delete: true once, then false; a guard that does not hold keeps the record',
      'law 2: gone is gone, for every request in flight',
    ],
  },
  'a delete without guards': {
    make: (store) => ({ delete: (sid) => store.delete(sid) }),
    breaks: ['delete: true once, then false; a guard that does not hold keeps the record'],
  },
  'an index that ignores case': {
    make: (store) => ({
      list: async (id) => [
        ...(await store.list(id.toLowerCase())),
        ...(id === 'u' ? await store.list('U') : []),
      ],
    }),
    breaks: ['list: tells users apart to the letter'],
  },
  'an index that is never filled': {
    make: () => ({ list: async () => [] }),
    breaks: [
      'list: follows the user through create, update and delete',
      'law 10: revocation is immediate and reaches open streams',
    ],
  },
  'a store that judges time itself': {
    make: (store) => ({
      read: async (sid) => {
        const record = await store.read(sid)
        return record && record.expiresAt < Date.UTC(2026, 0, 1) ? null : record
      },
    }),
    breaks: ['read: gives back an expired record, for core judges'],
  },
  'a sweep that takes too much': {
    make: (store) => ({ sweep: (now) => store.sweep?.(now + 1) ?? Promise.resolve(0) }),
    breaks: ['sweep: removes what has ended and nothing else'],
  },
  'a deleteAll that forgets': {
    make: () => ({ deleteAll: async () => 0 }),
    breaks: [
      'deleteAll: removes every record and says how many',
      'law 10: revocation is immediate and reaches open streams',
    ],
  },
  'a write that answers before it is done': {
    make: (store) => ({
      update: async (sid, patch) => {
        if ((await store.read(sid)) === null) return false
        setImmediate(() => store.update(sid, patch))
        return true
      },
    }),
    breaks: ['law 9: a write has reached the store when its promise resolves'],
  },
}

for (const [name, { make, breaks }] of Object.entries(faults)) {
  test(`${name} is noticed`, async () => {
    const failed = await failingLaws(() => {
      const store = memoryStore()
      return { ...store, ...make(store) }
    })
    for (const law of breaks)
      assert.ok(failed.includes(law), `${law} did not notice; ${failed.join(', ')} did`)
  })
}
