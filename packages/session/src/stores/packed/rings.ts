import type { Rows } from './slot-index.ts'

// Slots that belong together are a ring through two words of their rows, so that they take nothing beyond these.

/**
 * Puts a slot at the end of the ring that begins with another.
 * @param first 0 for a ring of its own
 */
export function joinRing(rows: Rows, slot: number, first: number): void {
  connect(rows, first === 0 ? slot : rows.word(first, 'before'), slot)
  connect(rows, slot, first === 0 ? slot : first)
}

/** Takes a slot out of its ring; the one that came after it, 0 when it was the only one. */
export function leaveRing(rows: Rows, slot: number): number {
  const after = rows.word(slot, 'after')
  connect(rows, rows.word(slot, 'before'), after)
  return after === slot ? 0 : after
}

/** All of a ring. @param first 0 for none */
export function* ringOf(rows: Rows, first: number): Iterable<number> {
  for (let slot = first; slot !== 0; ) {
    yield slot
    slot = rows.word(slot, 'after')
    if (slot === first) return
  }
}

function connect(rows: Rows, before: number, after: number): void {
  rows.setWord(before, 'after', after)
  rows.setWord(after, 'before', before)
}
