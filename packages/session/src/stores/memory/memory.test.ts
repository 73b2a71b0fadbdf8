import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSessionError } from '../../errors.ts'
import type { SessionStore } from '../../store.ts'
import { storeLaws } from '../../testing/index.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { memoryStore } from './memory.ts'

for (const law of storeLaws(() => memoryStore(), { announces: true })) test(law.name, law.run)

for (const law of storeLaws(() => memoryStore(), { sealed: true })) test(`${law.name}, all sealed`, law.run)

// A store that tells nobody: what this process ends must reach its own streams without that.
for (const law of storeLaws(() => silent(memoryStore()))) test(`${law.name}, unannounced`, law.run)

const silent = ({ subscribe: _, ...store }: SessionStore): SessionStore => store
const full = (error: unknown) => isSessionError(error) && error.code === 'store_full'

test('a flood of visitors leaves room for sign-ins, and nobody is evicted', async () => {
  const store = memoryStore({ maxSessions: 10 })
  const visitors = Array.from({ length: 9 }, () => sampleRecord())
  for (const record of visitors) await store.create(record)
  await assert.rejects(store.create(sampleRecord()), full)
  await store.create(sampleRecord({ userId: 'alice' }))
  await assert.rejects(store.create(sampleRecord({ userId: 'bob' })), full)
  for (const { sid } of visitors) assert.notEqual(await store.read(sid), null)
})

test('a full store makes room by itself once sessions have ended', async () => {
  const store = memoryStore({ maxSessions: 2 })
  const first = sampleRecord({ expiresAt: sampleRecord().createdAt + 5000 })
  await store.create(first)
  await store.create(sampleRecord())
  await assert.rejects(store.create(sampleRecord()), full)
  await store.create(sampleRecord({ createdAt: first.expiresAt }))
  assert.equal(await store.read(first.sid), null)
})

test('a size that is none is refused', () => {
  for (const maxSessions of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => memoryStore({ maxSessions }), /maxSessions/)
  }
})
