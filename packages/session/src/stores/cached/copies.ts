import type { SessionRecord } from '../../store.ts'
import { recordBytes } from '../data/record-bytes.ts'

/** A moment on both clocks. */
export interface Moment {
  /** Milliseconds on a clock that never jumps. */
  readonly elapsed: number
  /** Milliseconds since the epoch. */
  readonly time: number
}

export interface Copy extends Moment {
  readonly record: SessionRecord
  readonly bytes: number
}

/** Copies of records, within bounds: the one that was read longest ago makes room. */
export interface Copies {
  readonly size: number
  readonly bytes: number
  get(sid: string): Copy | undefined
  /** @param asked when the store was asked: the answer is as old as the question */
  keep(record: SessionRecord, asked: Moment): void
  /** False when there was none. */
  forget(sid: string): boolean
  clear(): void
}

export function createCopies(maxEntries: number, maxBytes: number): Copies {
  const copies = new Map<string, Copy>()
  let bytes = 0

  function forget(sid: string): boolean {
    bytes -= copies.get(sid)?.bytes ?? 0
    return copies.delete(sid)
  }

  return {
    get size() {
      return copies.size
    },
    get bytes() {
      return bytes
    },
    get: (sid) => copies.get(sid),
    keep(record, { elapsed, time }) {
      forget(record.sid)
      const copy = { record, elapsed, time, bytes: recordBytes(record) }
      if (copy.bytes > maxBytes) return
      for (const sid of copies.keys()) {
        if (copies.size < maxEntries && bytes + copy.bytes <= maxBytes) break
        forget(sid)
      }
      copies.set(record.sid, copy)
      bytes += copy.bytes
    },
    forget,
    clear() {
      copies.clear()
      bytes = 0
    },
  }
}
