import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionStore } from '../packages/session/src/store.ts'
import { memoryStore } from '../packages/session/src/stores/memory/memory.ts'
import { playBatch, type Violation } from '../packages/session/src/testing/lifecycle/batch.test-helper.ts'
import { createLane } from '../packages/session/src/testing/lifecycle/running/lane.ts'
import type { Backend } from '../packages/session/src/testing/lifecycle/stores.test-helper.ts'
import { soak } from './soaking.ts'
import { soakTable, violationLines } from './table.ts'

/** Stores with one fault each, as somebody's own might have. */
const faults: Readonly<Record<string, (store: SessionStore) => SessionStore>> = {
  'a write brings an ended session back': (store) => {
    const ended = new Map<string, Parameters<SessionStore['create']>[0]>()
    return {
      ...store,
      async delete(sid, guard) {
        const record = await store.read(sid)
        const existed = await store.delete(sid, guard)
        if (existed && record) ended.set(sid, record)
        return existed
      },
      async update(sid, patch) {
        const record = ended.get(sid)
        if (record) await store.create(record)
        return store.update(sid, patch)
      },
    }
  },
  'a guard is not looked at': (store) => ({
    ...store,
    update: (sid, { guard: _, ...patch }) => store.update(sid, patch),
  }),
  'values are lost when two write': (store) => ({
    ...store,
    update: (sid, { unset: _, ...patch }) => store.update(sid, patch),
  }),
  'a user’s list lacks what a sign-in has just added': (store) => ({
    ...store,
    list: async (userId) => (await store.list(userId)).filter(({ rev }) => rev > 0),
  }),
}

function backendOf(fault: (store: SessionStore) => SessionStore): () => Promise<Backend> {
  return async () => ({ lane: async () => createLane(fault(memoryStore())), close: async () => undefined })
}

for (const [name, fault] of Object.entries(faults)) {
  test(`found by soaking, and again by its seed: ${name}`, async () => {
    const found: Violation[] = []
    const [soaked] = await soak({
      backends: { broken: backendOf(fault) },
      seed: 1,
      isOver: () => found.length > 0,
      onViolation: (_, violation) => found.push(violation),
    })
    const [violation] = found
    assert.ok(violation && soaked)
    assert.deepEqual(soaked.violations, [violation])
    const lane = await (await backendOf(fault)()).lane()
    const again = await playBatch(lane, { seed: violation.seed, runs: 1, path: violation.path })
    assert.equal(again.violation?.message, violation.message)
    assert.equal(again.interleavings, 1)
    assert.match(violationLines('broken', violation), /--store "broken" --seed \d+ --path [\d:]+/)
    assert.match(soakTable([soaked]), /^broken +\d[\d,]* +\d[\d,]* +1$/m)
  })
}

test('a store whose server fails is said to have failed, and the others go on', async () => {
  let asked = 0
  const all = await soak({
    backends: {
      down: async () => assert.fail('connection refused'),
      up: backendOf((store) => store),
    },
    seed: 1,
    isOver: () => asked++ > 0,
    onViolation: (store, { message }) => assert.fail(`${store}: ${message}`),
  })
  assert.deepEqual(
    all.map(({ store, interleavings, trouble }) => [store, interleavings, trouble]),
    [
      ['down', 0, 'connection refused'],
      ['up', 25, null],
    ],
  )
})
