import type { ExposedForm } from '../../evidence/id-exposed.ts'
import { decode, looksRandom } from '../../network/redaction/secrets.ts'
import { describeValue } from '../value.ts'

/** A secret in one of its writings, of which no two are the same text. */
export interface Written {
  readonly text: string
  readonly form: ExposedForm
  /** The value that the cookie has. */
  readonly value: string
}

const SHORTEST = 16
const LEAST_BITS = 64

/** Whether a value is so long and so random that it stands in no text by chance. */
export function isTelling(value: string): boolean {
  const plain = decode(value)
  const { id, selfContained, format, bitsPerCharacter, fixedBits } = describeValue(value)
  if (plain.length < SHORTEST || (!selfContained && id.length < SHORTEST)) return false
  if (format === 'text' && !looksRandom(plain)) return false
  return selfContained || (fixedBits ?? id.length * bitsPerCharacter) >= LEAST_BITS
}

/** A value, and what it is in other writings; with the ID within it, where it is signed. */
export function writingsOf(value: string): readonly Written[] {
  const plain = decode(value)
  const found = new Map<string, ExposedForm>()
  const put = (text: string, form: ExposedForm) => {
    if (text.length >= SHORTEST && !found.has(text)) found.set(text, form)
  }
  put(value, 'value')
  put(plain, 'decoded')
  put(encodeURIComponent(plain), 'encoded')
  put(encodeURIComponent(value), 'encoded')
  for (const each of [value, plain]) {
    const bytes = Buffer.from(each)
    for (const text of inBase64(bytes)) put(text, 'base64')
  }
  const id = idWithin(plain)
  if (id !== null && isTelling(id)) put(id, 'id')
  return [...found].map(([text, form]) => ({ text, form, value }))
}

/** As it stands there by itself, and in the middle of what is written so: its ends depend on what is around it. */
function inBase64(bytes: Buffer): string[] {
  const whole = bytes.toString('base64url')
  const within = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url')
    const known = Math.floor(((before + bytes.length) * 8) / 6)
    return text.slice(Math.ceil((before * 8) / 6), known)
  })
  const texts = [whole, ...within]
  return [...texts.map((text) => text.replaceAll('-', '+').replaceAll('_', '/')), ...texts]
}

/** The ID of a value that is one with a signature. */
function idWithin(plain: string): string | null {
  const { format } = describeValue(plain)
  if (format === 'express-signed') return /^s:(.+)\.[^.]+$/s.exec(plain)?.[1] ?? null
  return format === 'signed-id' ? plain.slice(0, plain.indexOf('.')) : null
}
