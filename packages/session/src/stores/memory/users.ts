import { hash, randomBytes } from 'node:crypto'
import type { PackedRecords } from '../packed/records.ts'
import { joinRing, leaveRing, ringOf } from '../packed/rings.ts'
import { SlotIndex } from '../packed/slot-index.ts'

/** Which records are whose. */
export interface Users {
  /** A record was added, or has another user now. */
  enter(slot: number): void
  /** Before a record is removed, or gets another user. */
  leave(slot: number): void
  /** Slots of all records of a user. */
  of(userId: string): Iterable<number>
  clear(): void
}

/** All within the rows: the sessions of a user are a ring, and a table has the first one of each. */
export function createUsers(records: PackedRecords): Users {
  const firsts = new SlotIndex(records, 'userChain', (slot) => records.word(slot, 'userHash'))
  // People choose their names: without knowing this, they cannot choose such that all are in one chain.
  const seed = randomBytes(16).toString('base64url')
  const hashOf = (userId: string) => hash('sha256', seed + userId, 'buffer').readInt32LE()

  function firstOf(userId: string, userHash: number): number {
    let slot = firsts.first(userHash)
    while (slot !== 0 && records.userId(slot) !== userId) slot = firsts.next(slot)
    return slot
  }

  return {
    enter(slot) {
      const userId = records.userId(slot)
      if (userId === null) return
      const userHash = hashOf(userId)
      records.setWord(slot, 'userHash', userHash)
      const first = firstOf(userId, userHash)
      joinRing(records, slot, first)
      if (first === 0) firsts.add(slot)
    },
    leave(slot) {
      const userId = records.userId(slot)
      if (userId === null) return
      const isFirst = firstOf(userId, records.word(slot, 'userHash')) === slot
      if (isFirst) firsts.remove(slot)
      const other = leaveRing(records, slot)
      if (isFirst && other !== 0) firsts.add(other)
    },
    of: (userId) => ringOf(records, firstOf(userId, hashOf(userId))),
    clear: () => firsts.clear(),
  }
}
