import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { PackedRecords } from '../packed/records.ts'
import { createUsers } from './users.ts'

/** Sessions of users, and what a plain Map would say whose they are. */
function compared() {
  const records = new PackedRecords()
  const users = createUsers(records)
  const model = new Map<string, Set<number>>()
  let count = 0
  return {
    records,
    users,
    slots: () => [...model.values()].flatMap((slots) => [...slots]),
    enter(userId: string): void {
      const sid = hash('sha256', `${count++}`, 'base64url').slice(0, 20)
      const slot = records.add(sampleRecord({ sid, userId }), '{}')
      users.enter(slot)
      model.set(userId, (model.get(userId) ?? new Set()).add(slot))
    },
    leave(slot: number): void {
      const userId = records.userId(slot) ?? ''
      users.leave(slot)
      records.remove(slot)
      model.get(userId)?.delete(slot)
    },
    assertSame(): void {
      for (const [userId, slots] of model)
        assert.deepEqual(
          [...users.of(userId)].toSorted((a, b) => a - b),
          [...slots].toSorted((a, b) => a - b),
        )
    },
  }
}

test('each user has the own sessions and no others, however many share a chain', () => {
  const { enter, leave, slots, assertSame } = compared()
  // More than the table begins with chains for, so that several are in each.
  for (let n = 0; n < 1000; n++) for (let each = 0; each <= n % 3; each++) enter(`user ${n}`)
  assertSame()
  for (const [at, slot] of slots().entries()) if (at % 2 === 0) leave(slot)
  assertSame()
  for (const slot of slots()) leave(slot)
  assertSame()
})

test('the last session of a user takes no other user along', () => {
  // By chance a chain that could be lost has nobody in it; not twelve times.
  for (let round = 0; round < 12; round++) {
    const { enter, leave, slots, users } = compared()
    for (let n = 0; n < 900; n++) enter(`user ${n}`)
    const [first = 0, ...others] = slots()
    leave(first)
    for (let n = 1; n < 900; n++) assert.deepEqual([...users.of(`user ${n}`)], [others[n - 1]])
  }
})

test('sessions that come and go in any order are whose they are', () => {
  const deed = fc.oneof(
    fc.record({ userId: fc.constantFrom('a', 'b', 'c', '') }),
    fc.record({ leaves: fc.nat() }),
  )
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
      const { enter, leave, slots, assertSame } = compared()
      for (const each of deeds) {
        const present = slots()
        if ('userId' in each) enter(each.userId)
        else if (present.length > 0) leave(present[each.leaves % present.length] ?? 0)
        assertSame()
      }
    }),
  )
})

test('people who choose their names for it do not slow each other down', (t) => {
  const { enter, users, records } = compared()
  // All in one chain of a table whose hash is known.
  const chosen: string[] = []
  for (let n = 0; chosen.length < 100; n++)
    if ((hash('sha256', `${n}`, 'buffer').readInt32LE() & 1023) === 0) chosen.push(`${n}`)
  for (const userId of chosen) enter(userId)
  const looks = t.mock.method(records, 'userId')
  for (const userId of chosen) assert.equal([...users.of(userId)].length, 1)
  assert.ok(looks.mock.callCount() < chosen.length * 4, `${looks.mock.callCount()} looks`)
})
