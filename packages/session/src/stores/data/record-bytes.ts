import { SessionError } from '../../errors.ts'
import type { SessionRecord } from '../../store.ts'
import { dataLength } from './lazy-data.ts'

/** Bytes of a record in memory without its data and its user's id, with its place in a map: measured, and rounded up. */
const fixedBytes = 900

/**
 * About how many bytes a record takes in memory, counted by the length of its texts: one byte for each character, as V8
 * keeps text of Latin letters. Text with any other character takes twice its length. Hashes and times count as fixed, so
 * that a use of a session does not change it.
 */
export function recordBytes(record: SessionRecord): number {
  return fixedBytes + (record.userId?.length ?? 0) + dataLength(record)
}

/** @throws SessionError `config_invalid` */
export function refuseInvalidBytes(maxBytes: number): void {
  if (maxBytes > 0) return
  throw new SessionError(
    'config_invalid',
    `maxBytes: ${maxBytes} is not a number of bytes. Write 256 * 1024 ** 2, or Infinity for no bound.`,
  )
}
