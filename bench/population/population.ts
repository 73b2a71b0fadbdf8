import { hash } from 'node:crypto'
import type { SessionRecord } from 'latchkey'
import { payloadOf } from '../speed/payload.ts'

/**
 * Sessions by number: the token of the nth is derived, so that a million of them need no list. Never do this in an
 * application: whoever knows the rule has every session.
 */
export function tokenAt(n: number): string {
  // 48 of the digest's 64 bytes: 15 for the sid and 33 for the secret, 64 characters of base64url.
  return digestAt(n).toString('base64url', 0, 48)
}

const digestAt = (n: number) => hash('sha512', `bench session ${n}`, 'buffer')

/** Eight characters, however many users there are. */
export function userAt(n: number): string {
  return `u-${n.toString(36).padStart(6, '0')}`
}

/** The Cookie header of the nth session. */
export function cookieAt(n: number): string {
  return `__Host-session=${tokenAt(n)}`
}

/** Encoded apart, as core does it: a slice would keep the whole token in memory. */
export const sidAt = (n: number) => digestAt(n).toString('base64url', 0, 15)

/** Times of a record, in milliseconds since the epoch. */
export interface Lifetime {
  readonly now: number
  readonly expiresAt: number
}

/** The nth session as a sign-in with the payload leaves it in a store. */
export function recordAt(n: number, { now, expiresAt }: Lifetime, user = userAt(n)): SessionRecord {
  const token = tokenAt(n)
  const data = Object.entries(payloadOf(user)).map(([key, value]) => [key, JSON.stringify(value)] as const)
  return {
    sid: sidAt(n),
    userId: user,
    // Of the whole secret, then the beginning of its family's, which are its first 16 characters.
    secretHash: textHash(token.slice(20)) + textHash(token.slice(20, 36)).slice(0, 21),
    previous: null,
    policy: 'default',
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    renewedAt: now,
    expiresAt,
    rev: 1,
    data: Object.fromEntries(data),
  }
}

const textHash = (text: string) => hash('sha256', text, 'base64url')
