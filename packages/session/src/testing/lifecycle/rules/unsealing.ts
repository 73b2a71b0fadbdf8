import { createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { reservedPrefix } from '../../../record/values/json.ts'
import type { SessionRecord } from '../../../store.ts'

// What a sealed session looks like in a store (decisions/0016), read by code of our own: sessions that are stored
// today must open tomorrow.

export const currentWrap = `${reservedPrefix}key`
export const formerWrap = `${reservedPrefix}key-before`

const sealedForm = /^~1[\w-]{38,}$/
const nonceBytes = 12
const tagBytes = 16
const sidLength = 20

type Data = SessionRecord['data']

export function isSealed({ data }: SessionRecord): boolean {
  return data[currentWrap] !== undefined
}

export function isSealedText(text: string): boolean {
  return sealedForm.test(text)
}

/** The random part of a sealed text, which no other may have. */
export function nonceOf(text: string): string {
  return text.slice(2, 2 + 16)
}

/** The application's values, as they are stored. */
export function valuesOf(data: Data): [string, string][] {
  return Object.entries(data).filter(([key]) => !key.startsWith(reservedPrefix))
}

/** What a session's data key is wrapped with, for the secret of this token. */
export function wrappingKeyOf(token: string): KeyObject {
  const [sid, secret] = [token.slice(0, sidLength), token.slice(sidLength)]
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, sid, 'latchkey sealed key', 32)))
}

/** The data key; null when nothing was wrapped for that secret. */
export function unwrap({ sid, data }: SessionRecord, wrappingKey: KeyObject): KeyObject | null {
  for (const name of [currentWrap, formerWrap]) {
    const wrapped = data[name]
    const bytes = wrapped === undefined ? null : decrypt(wrappingKey, wrapped, `key ${sid}`)
    if (bytes) return keyOf(bytes)
  }
  return null
}

/** What the application's values mean; null when one of them does not open. */
export function meaningOf(
  { sid, data }: SessionRecord,
  key: KeyObject | null,
): Record<string, unknown> | null {
  const meaning: Record<string, unknown> = {}
  for (const [name, text] of valuesOf(data)) {
    const opened = isSealedText(text) ? key && decrypt(key, text, `value ${sid} ${name}`) : text
    if (opened === null) return null
    meaning[name] = JSON.parse(opened.toString())
  }
  return meaning
}

// Nearly everything is asked for again and again, since a write leaves most of its record as it was.
const decrypted = new WeakMap<KeyObject, Map<string, Buffer | null>>()
const keys = new WeakMap<Buffer, KeyObject>()

function keyOf(bytes: Buffer): KeyObject {
  const key = keys.get(bytes) ?? createSecretKey(bytes)
  keys.set(bytes, key)
  return key
}

function decrypt(key: KeyObject, text: string, bound: string): Buffer | null {
  const known = decrypted.get(key) ?? new Map<string, Buffer | null>()
  decrypted.set(key, known)
  const name = `${bound} ${text}`
  const opened = known.get(name)
  if (opened !== undefined) return opened
  const now = decryptNow(key, text, bound)
  known.set(name, now)
  return now
}

function decryptNow(key: KeyObject, text: string, bound: string): Buffer | null {
  const bytes = Buffer.from(text.slice(2), 'base64url')
  if (!isSealedText(text)) return null
  const opening = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  opening.setAAD(Buffer.from(bound)).setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([opening.update(bytes.subarray(nonceBytes, -tagBytes)), opening.final()])
  } catch {
    return null
  }
}
