import { randomBytes, timingSafeEqual } from 'node:crypto'

/** The one account that every twin knows. The password is new in each run, so that a leak is unmistakable. */
export const ACCOUNT = {
  username: 'ada',
  password: `engine-${randomBytes(12).toString('hex')}`,
  name: 'Ada Lovelace',
} as const

export function isAccount(username: unknown, password: unknown): boolean {
  return username === ACCOUNT.username && typeof password === 'string' && sameText(password, ACCOUNT.password)
}

/** 256 random bits, base64url. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Compares in constant time; false for anything that is not two equal strings. */
export function sameText(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return false
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
