import { SessionError } from '../../errors.ts'

/** Bytes of a record in memory without its data and its user's id, with its places in the indexes: measured, and rounded up. */
const fixedBytes = 400

/**
 * About how many bytes a record takes in memory, counted by the length of its texts: one byte for each character, as V8
 * keeps text of Latin letters. Text with any other character takes twice its length. Hashes and times count as fixed, so
 * that a use of a session does not change it.
 * @param data the record's, as one JSON text
 */
export function recordBytes(userId: string | null, data: string): number {
  return fixedBytes + (userId?.length ?? 0) + data.length
}

/** @throws SessionError `config_invalid` */
export function refuseInvalidBytes(maxBytes: number): void {
  if (maxBytes > 0) return
  throw new SessionError(
    'config_invalid',
    `maxBytes: ${maxBytes} is not a number of bytes. Write 256 * 1024 ** 2, or Infinity for no bound.`,
  )
}
