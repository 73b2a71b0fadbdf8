import type { PackedRecords } from '../packed/records.ts'

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

/** The sessions of each user are a ring, which takes nothing beyond their rows: only its first one is remembered here. */
export function createUsers(records: PackedRecords): Users {
  const first = new Map<string, number>()
  return {
    enter(slot) {
      const userId = records.userId(slot)
      if (userId === null) return
      const known = first.get(userId) ?? 0
      records.join(slot, known)
      if (known === 0) first.set(userId, slot)
    },
    leave(slot) {
      const userId = records.userId(slot)
      if (userId === null) return
      const other = records.leave(slot)
      if (other === 0) first.delete(userId)
      else first.set(userId, other)
    },
    of: (userId) => records.ring(first.get(userId) ?? 0),
    clear: () => first.clear(),
  }
}
