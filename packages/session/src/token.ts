import { hash, randomFillSync, timingSafeEqual } from 'node:crypto'

// 48 random bytes as base64url: 15 bytes make the 20 characters of the sid, 33 the 44 of the secret, so the
// text splits exactly between bytes (RFC 4648 section 5, no padding).
const sidBytes = 15
const secretBytes = 33
const sidLength = 20
const tokenLength = 64
// Looking for one wrong character takes half as long as matching 64 right ones.
const notBase64url = /[^\w-]/

/** What the cookie holds, taken apart. Only `secretHash` may be stored. */
export interface Token {
  /** Public handle: 120 random bits. Authenticates nothing. */
  readonly sid: string
  /** SHA-256 of the 264 random bits that only the browser has, base64url. */
  readonly secretHash: string
}

/** A new token: `text` goes into the cookie and nowhere else. */
export interface MintedToken extends Token {
  readonly text: string
}

// One system call for many tokens; each part is overwritten as soon as it has been used.
const pool = Buffer.alloc((sidBytes + secretBytes) * 128)
let used = pool.length

/** A fresh token from the operating system's CSPRNG (ASVS 7.2.3, 11.5.1). */
export function mintToken(): MintedToken {
  const sid = randomText(sidBytes)
  return mintSecret(sid)
}

/** A new secret for a session that keeps its sid. */
export function mintSecret(sid: string): MintedToken {
  const secret = randomText(secretBytes)
  return { text: sid + secret, sid, secretHash: hashSecret(secret) }
}

/** Null for anything that is not exactly 64 base64url characters. Never throws, whatever the bytes. */
export function parseToken(text: string): Token | null {
  if (text.length !== tokenLength || notBase64url.test(text)) return null
  return { sid: text.slice(0, sidLength), secretHash: hashSecret(text.slice(sidLength)) }
}

/** True for text of a sid's form: 20 base64url characters. */
export function isSid(text: string): boolean {
  return /^[A-Za-z0-9_-]{20}$/.test(text)
}

/** Constant-time comparison of two secret hashes (ASVS 11.2.4). */
export function sameHash(a: string, b: string): boolean {
  if (a.length !== hashLength || b.length !== hashLength) return false
  left.write(a, 'latin1')
  right.write(b, 'latin1')
  return timingSafeEqual(left, right)
}

// Allocated once: this runs on every request, and nothing else runs in between.
const hashLength = 43
const left = Buffer.alloc(hashLength)
const right = Buffer.alloc(hashLength)

function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url')
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
