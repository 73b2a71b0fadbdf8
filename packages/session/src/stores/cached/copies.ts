import type { SessionRecord } from '../../store.ts'
import { dataText } from '../data/lazy-data.ts'
import { recordBytes } from '../data/record-bytes.ts'
import { PackedRecords } from '../packed/records.ts'
import { joinRing, leaveRing } from '../packed/rings.ts'

/** A moment on both clocks. */
export interface Moment {
  /** Milliseconds on a clock that never jumps. */
  readonly elapsed: number
  /** Milliseconds since the epoch. */
  readonly time: number
}

export interface Copy extends Moment {
  readonly record: SessionRecord
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
  const records = new PackedRecords()
  // By slot. All copies are one ring, in the order in which they were read.
  const elapsed: number[] = []
  const time: number[] = []
  let oldest = 0

  function forget(slot: number): void {
    const after = leaveRing(records, slot)
    if (slot === oldest) oldest = after
    records.remove(slot)
  }

  function forgetSid(sid: string): boolean {
    const slot = records.find(sid)
    if (slot !== 0) forget(slot)
    return slot !== 0
  }

  return {
    get size() {
      return records.size
    },
    get bytes() {
      return records.bytes
    },
    get(sid) {
      const slot = records.find(sid)
      if (slot === 0) return undefined
      return { record: records.record(slot), elapsed: elapsed[slot] as number, time: time[slot] as number }
    },
    keep(record, asked) {
      forgetSid(record.sid)
      const data = dataText(record)
      const bytes = recordBytes(record.userId, data)
      if (bytes > maxBytes) return
      while (records.size >= maxEntries || records.bytes + bytes > maxBytes) forget(oldest)
      const slot = records.add(record, data)
      joinRing(records, slot, oldest)
      if (oldest === 0) oldest = slot
      elapsed[slot] = asked.elapsed
      time[slot] = asked.time
    },
    forget: forgetSid,
    clear() {
      records.clear()
      oldest = 0
    },
  }
}
