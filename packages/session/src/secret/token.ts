import { createHmac, hash, randomFillSync, timingSafeEqual } from 'node:crypto'

// 48 random bytes as base64url: 15 bytes make the 20 characters of the sid; of the 33 that make the 44 of the secret,
// renewals keep the first 12 (16 characters, the family) and replace 21. So the text splits exactly between bytes
// (RFC 4648 section 5, no padding).
const sidBytes = 15
const familyBytes = 12
const renewedBytes = 21
const nonceBytes = 12
const sidLength = 20
const familyLength = 16
const tokenLength = 64
// Looking for one wrong character takes half as long as matching 64 right ones.
const notBase64url = /[^\w-]/

/** What the cookie holds, taken apart. Only `secretHash` may be stored. */
export interface Token {
  /** Public handle: 120 random bits. Authenticates nothing. */
  readonly sid: string
  /** SHA-256 of the 264 random bits that only the browser has, base64url. */
  readonly hash: string
}

/** A new token: `text` goes into the cookie and nowhere else. */
export interface MintedToken {
  readonly sid: string
  readonly text: string
  /** What a record keeps of it: 43 characters of the secret's SHA-256, then 21 of its family's. */
  readonly secretHash: string
}

// One system call for many tokens; each part is overwritten as soon as it has been used.
const pool = Buffer.alloc((sidBytes + familyBytes + renewedBytes) * 128)
let used = pool.length

/** A fresh token from the operating system's CSPRNG (ASVS 7.2.3, 11.5.1). */
export function mintToken(): MintedToken {
  const sid = randomText(sidBytes)
  return mintSecret(sid)
}

/** A new secret for a session that keeps its sid. */
export function mintSecret(sid: string): MintedToken {
  return minted(sid, randomText(familyBytes), randomText(renewedBytes))
}

/**
 * The secret that follows a token's, always the same for the same nonce: requests that bring the old one at the same
 * time, and one whose answer was lost, are all given the same successor. Nobody without the old secret can make it.
 */
export function renewToken(text: string, nonce: string): MintedToken {
  const family = text.slice(sidLength, sidLength + familyLength)
  const next = createHmac('sha256', text.slice(sidLength)).update(`latchkey renewal ${nonce}`).digest()
  return minted(text.slice(0, sidLength), family, next.toString('base64url', 0, renewedBytes))
}

/** 96 random bits that make a renewal unpredictable for whoever holds the old secret alone. */
export function mintNonce(): string {
  return randomText(nonceBytes)
}

/** The part of a token's text that authenticates, and from which nothing but hashes and wrapping keys may be made. */
export function secretOf(text: string): string {
  return text.slice(sidLength)
}

/** The part of a record's hash that is of the secret alone. */
export function ownHash(secretHash: string): string {
  return secretHash.slice(0, hashLength)
}

/** The part of a record's hash that changes at privilege boundaries and stays through renewals. */
export function familyOf(secretHash: string): string {
  return secretHash.slice(hashLength)
}

function minted(sid: string, family: string, renewed: string): MintedToken {
  const text = sid + family + renewed
  return { sid, text, secretHash: secretHashOf(text) }
}

/** What a record keeps of the secret in a token's text. */
export function secretHashOf(text: string): string {
  const family = text.slice(sidLength, sidLength + familyLength)
  return hashText(text.slice(sidLength)) + hashText(family).slice(0, familyHashLength)
}

/** Null for anything that is not exactly 64 base64url characters. Never throws, whatever the bytes. */
export function parseToken(text: string): Token | null {
  if (text.length !== tokenLength || notBase64url.test(text)) return null
  return { sid: text.slice(0, sidLength), hash: hashText(text.slice(sidLength)) }
}

/** True for text of a sid's form: 20 base64url characters. */
export function isSid(text: string): boolean {
  return /^[A-Za-z0-9_-]{20}$/.test(text)
}

/** Whether a token's secret is the one that a record keeps a hash of, in constant time (ASVS 11.2.4). */
export function isSecretOf(token: Token, secretHash: string): boolean {
  if (secretHash.length < hashLength) return false
  left.write(token.hash, 'latin1')
  right.write(secretHash, 0, hashLength, 'latin1')
  return timingSafeEqual(left, right)
}

/**
 * Whether a token's secret is one that this record had before a renewal, however long ago: it shares the part that
 * renewals keep. Who knows the sid alone cannot make such a one.
 */
export function isFormerSecretOf(text: string, secretHash: string): boolean {
  if (secretHash.length !== hashLength + familyHashLength) return false
  const family = hashText(text.slice(sidLength, sidLength + familyLength))
  familyLeft.write(family, 0, familyHashLength, 'latin1')
  familyRight.write(secretHash.slice(hashLength), 'latin1')
  return timingSafeEqual(familyLeft, familyRight)
}

// Allocated once: this runs on every request, and nothing else runs in between.
const hashLength = 43
const familyHashLength = 21
const left = Buffer.alloc(hashLength)
const right = Buffer.alloc(hashLength)
const familyLeft = Buffer.alloc(familyHashLength)
const familyRight = Buffer.alloc(familyHashLength)

function hashText(text: string): string {
  return hash('sha256', text, 'base64url')
}

// Sid and secret are encoded apart: a slice of the whole token would keep the whole token in memory for as long as
// the slice is stored (law 1), since V8 keeps the text that a slice was taken from.
function randomText(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const text = pool.toString('base64url', used, used + bytes)
  pool.fill(0, used, used + bytes)
  used += bytes
  return text
}
