import type { SessionRecord } from '../../store.ts'
import { hashOfKey, isNoKey, isSameKey, isUsualSid, keyBytes, sidOfKey, writeKey } from './key.ts'

/** A record without its data, which is kept as one text. */
export type Fields = Omit<SessionRecord, 'data'>

/** A power of two. */
export const rowsOfPage = 1024

// A row in bytes: the key of its sid, the hash of its secret, five times as doubles, rev, and the words of its owner.
const rowBytes = 128
const hashAt = keyBytes
const timesAt = 64
const revAt = 104

/** Whole numbers of 32 bits that a row keeps for whoever finds it by them, 0 at first. */
const words = { sidChain: 27, after: 28, before: 29, userChain: 30, userHash: 31 } as const

export type Word = keyof typeof words

// 64 characters of base64url, as core writes it, are 48 bytes.
const hashBytes = 48
const usualHash = /^[\w-]{64}$/
const usualPolicy = 'default'
const nothing: Partial<Fields> = {}

// A row's texts: the user's id, the data as JSON, and JSON of the fields that the row has no place for, as a rule null.
const textsOfRow = 3
const [userIdAt, dataAt, restAt] = [0, 1, 2]

/**
 * Rows of one size with a record in each: 128 bytes that lie together in memory, and its texts. No record is an object
 * of its own, so that a garbage collection has little to look at. Rows are named by slots, of which these are the
 * lowest bits.
 */
export class Page {
  readonly #bytes = Buffer.alloc(rowBytes * rowsOfPage)
  readonly #words = new Int32Array(this.#bytes.buffer)
  readonly #times = new Float64Array(this.#bytes.buffer)
  readonly #texts = new Array<string | null>(textsOfRow * rowsOfPage).fill(null)

  isFree(slot: number): boolean {
    return isNoKey(this.#bytes, byteOf(slot))
  }

  hasKey(slot: number, key: Int32Array): boolean {
    return isSameKey(this.#words, byteOf(slot) / 4, key)
  }

  hashOfKey(slot: number): number {
    return hashOfKey(this.#words, byteOf(slot) / 4)
  }

  word(slot: number, word: Word): number {
    return this.#words[byteOf(slot) / 4 + words[word]] as number
  }

  setWord(slot: number, word: Word, value: number): void {
    this.#words[byteOf(slot) / 4 + words[word]] = value
  }

  userId(slot: number): string | null {
    return this.#texts[textOf(slot) + userIdAt] as string | null
  }

  data(slot: number): string {
    return this.#texts[textOf(slot) + dataAt] as string
  }

  expiresAt(slot: number): number {
    return this.#times[timeOf(slot) + 4] as number
  }

  write(slot: number, fields: Fields, data: string): void {
    const byte = byteOf(slot)
    writeKey(fields.sid, this.#bytes, byte)
    if (usualHash.test(fields.secretHash))
      this.#bytes.write(fields.secretHash, byte + hashAt, hashBytes, 'base64url')
    this.#words[(byte + revAt) / 4] = fields.rev
    const time = timeOf(slot)
    this.#times[time] = fields.createdAt
    this.#times[time + 1] = fields.authenticatedAt ?? Number.NaN
    this.#times[time + 2] = fields.lastSeenAt
    this.#times[time + 3] = fields.renewedAt
    this.#times[time + 4] = fields.expiresAt
    const text = textOf(slot)
    this.#texts[text + userIdAt] = fields.userId
    this.#texts[text + dataAt] = data
    this.#texts[text + restAt] = restOf(fields)
  }

  read(slot: number): Fields {
    const byte = byteOf(slot)
    const time = timeOf(slot)
    const text = textOf(slot)
    const [times, texts] = [this.#times, this.#texts]
    const rest = texts[text + restAt] as string | null
    const { sid, secretHash, policy, previous }: Partial<Fields> = rest === null ? nothing : JSON.parse(rest)
    const authenticatedAt = times[time + 1] as number
    return {
      sid: sid ?? sidOfKey(this.#bytes, byte),
      userId: texts[text + userIdAt] as string | null,
      secretHash: secretHash ?? this.#bytes.toString('base64url', byte + hashAt, byte + hashAt + hashBytes),
      previous: previous ? Object.freeze(previous) : null,
      policy: policy ?? usualPolicy,
      createdAt: times[time] as number,
      authenticatedAt: Number.isNaN(authenticatedAt) ? null : authenticatedAt,
      lastSeenAt: times[time + 2] as number,
      renewedAt: times[time + 3] as number,
      expiresAt: times[time + 4] as number,
      rev: this.#words[(byte + revAt) / 4] as number,
    }
  }

  free(slot: number): void {
    this.#bytes.fill(0, byteOf(slot), byteOf(slot) + rowBytes)
    this.#texts.fill(null, textOf(slot), textOf(slot) + textsOfRow)
  }
}

const rowOf = (slot: number) => slot & (rowsOfPage - 1)
const byteOf = (slot: number) => rowOf(slot) * rowBytes
const timeOf = (slot: number) => (byteOf(slot) + timesAt) / 8
const textOf = (slot: number) => rowOf(slot) * textsOfRow

function restOf({ sid, secretHash, policy, previous }: Fields): string | null {
  const rest = JSON.stringify({
    sid: isUsualSid(sid) ? undefined : sid,
    secretHash: usualHash.test(secretHash) ? undefined : secretHash,
    policy: policy === usualPolicy ? undefined : policy,
    previous: previous ?? undefined,
  })
  return rest === '{}' ? null : rest
}
