import { hash } from 'node:crypto'

/** 16 bytes by which a sid is found: 15 of the sid, and its form, which is 0 for a place without a key. */
export const keyBytes = 16

const sidBytes = 15
const usualSid = /^[\w-]{20}$/
const usualForm = 1
const hashedForm = 2

/** A sid of core's is 15 bytes in base64url. Of any other text, these are the first of its SHA-256. */
export function writeKey(sid: string, bytes: Buffer, at: number): void {
  const isUsual = isUsualSid(sid)
  if (isUsual) bytes.write(sid, at, sidBytes, 'base64url')
  else hash('sha256', sid, 'buffer').copy(bytes, at, 0, sidBytes)
  bytes[at + sidBytes] = isUsual ? usualForm : hashedForm
}

export function isUsualSid(sid: string): boolean {
  return usualSid.test(sid)
}

/** The sid of a key that has the usual form; never a part of another text, which would stay in memory with it (law 1). */
export function sidOfKey(bytes: Buffer, at: number): string {
  return bytes.toString('base64url', at, at + sidBytes)
}

export function isNoKey(bytes: Buffer, at: number): boolean {
  return bytes[at + sidBytes] === 0
}

export function isSameKey(a: Int32Array, atA: number, b: Int32Array): boolean {
  return a[atA] === b[0] && a[atA + 1] === b[1] && a[atA + 2] === b[2] && a[atA + 3] === b[3]
}

/** 32 bits of all that is in a key (the mixing of MurmurHash3). Keys are random, but for those of tests and tools. */
export function hashOfKey(words: Int32Array, at: number): number {
  let mixed = 0
  for (let word = 0; word < keyBytes / 4; word++) {
    mixed = Math.imul(mixed ^ (words[at + word] as number), 0x85ebca6b)
    mixed ^= mixed >>> 13
  }
  return mixed
}
