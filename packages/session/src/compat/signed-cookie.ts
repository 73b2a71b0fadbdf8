import { type BinaryLike, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { cookieValues } from '../cookie/values.ts'

/** What cookies were signed with, as the package cookie-signature takes it. */
export type CookieSecret = BinaryLike | KeyObject

/** How an earlier session library wrote its cookie. */
export interface SignedCookie {
  readonly name: string
  /** What stands before the ID: `s:` of express-session. */
  readonly prefix: string
  /** All that were ever used and are still believed. */
  readonly secrets: readonly CookieSecret[]
}

export interface SignedId {
  readonly id: string
  /** ID and signature, which only the browser has together. */
  readonly text: string
}

const mostValues = 8

/** The IDs that a Cookie header has a good signature for. */
export function signedIds(
  header: string | null | undefined,
  { name, prefix, secrets }: SignedCookie,
): SignedId[] {
  if (!header) return []
  return cookieValues(header, name, mostValues).flatMap((raw) => {
    const value = decoded(raw)
    if (!value.startsWith(prefix)) return []
    const text = value.slice(prefix.length)
    const id = unsigned(text, secrets)
    return id === null ? [] : [{ id, text }]
  })
}

/** As cookie-signature does it: the value, a dot, and its HMAC without padding. */
export function signed(value: string, secret: CookieSecret): string {
  return `${value}.${createHmac('sha256', secret).update(value).digest('base64').replace(/=+$/, '')}`
}

/** The value that was signed with one of the secrets; null where none of them fits. */
export function unsigned(text: string, secrets: readonly CookieSecret[]): string | null {
  const value = text.slice(0, Math.max(0, text.lastIndexOf('.')))
  const presented = Buffer.from(text)
  for (const secret of secrets) {
    const expected = Buffer.from(signed(value, secret))
    if (expected.length === presented.length && timingSafeEqual(expected, presented)) return value
  }
  return null
}

function decoded(raw: string): string {
  const bare = raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1) : raw
  try {
    return decodeURIComponent(bare)
  } catch {
    return bare
  }
}
