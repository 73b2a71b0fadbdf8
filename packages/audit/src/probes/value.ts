import { randomInt } from 'node:crypto'
import { decode } from '../network/redaction/secrets.ts'

/** What a session value is made of. */
export interface ValueShape {
  readonly format: string
  /** Values of one kind may be compared character by character, whichever alphabet each happens to fit. */
  readonly kind: string
  /** Signed or encrypted and complete in itself: bits of an ID do not apply. */
  readonly selfContained: boolean
  /** The part that should be random, decoded as far as we know how. */
  readonly id: string
  /** Bits one character of `id` can carry at most. */
  readonly bitsPerCharacter: number
  /** Upper bound for the whole of `id`, where it is not simply length times bits per character. */
  readonly fixedBits: number | null
}

type Reader = (value: string) => ValueShape | null

const UUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i

/** The alphabets of IDs from the narrowest; the first that holds every character is taken. */
const ALPHABETS: readonly (readonly [format: string, pattern: RegExp, size: number])[] = [
  ['decimal', /^\d+$/, 10],
  ['hex', /^(?:[0-9a-f]+|[0-9A-F]+)$/, 16],
  ['base32', /^(?:[a-v0-9]{26,}|[A-Z2-7]{16,}=*)$/, 32],
  ['alphanumeric', /^(?:[0-9a-z]+|[0-9A-Z]+)$/, 36],
  ['alphanumeric', /^[0-9a-zA-Z]+$/, 62],
  ['base64url', /^[\w-]+={0,2}$/, 64],
  ['base64', /^[0-9a-zA-Z+/]+={0,2}$/, 64],
  ['php', /^[0-9a-zA-Z,-]+$/, 64],
]

/** Reads a cookie value as the frameworks we know write it; the last resort is printable text. */
export function describeValue(raw: string): ValueShape {
  const value = decode(raw).replace(/^"(.*)"$/, '$1')
  for (const read of READERS) {
    const shape = read(value)
    if (shape !== null) return shape
  }
  return plain(value, 'text', Math.log2(94))
}

const READERS: readonly Reader[] = [
  jwt,
  sealed,
  expressSigned,
  uuid,
  encodedData,
  signedData,
  signedId,
  token64,
  alphabet,
]

function plain(id: string, format: string, bitsPerCharacter: number): ValueShape {
  return { format, kind: 'characters', selfContained: false, id, bitsPerCharacter, fixedBits: null }
}

function whole(id: string, format: string): ValueShape {
  return { format, kind: format, selfContained: true, id, bitsPerCharacter: 0, fixedBits: null }
}

/** Three or five base64url parts of which the first is a JSON header with `alg`. */
function jwt(value: string): ValueShape | null {
  const parts = value.replace(/^Bearer /i, '').split('.')
  if ((parts.length !== 3 && parts.length !== 5) || !/^[\w-]+$/.test(parts[0] ?? '')) return null
  const header = readJson(Buffer.from(parts[0] ?? '', 'base64url').toString())
  return header !== null && 'alg' in header ? whole(value, 'jwt') : null
}

/** iron (`Fe26.2*…`), Fernet (`gAAAA…`) and Laravel's encrypted JSON. */
function sealed(value: string): ValueShape | null {
  if (/^Fe26\.\d\*/.test(value) || /^gAAAAA[\w-]{60,}={0,2}$/.test(value)) return whole(value, 'sealed')
  const data = /^eyJ[\w+/-]+={0,2}$/.test(value) ? readJson(Buffer.from(value, 'base64').toString()) : null
  return data !== null && 'iv' in data && 'mac' in data ? whole(value, 'sealed') : null
}

/** `s:<id>.<HMAC-SHA256>` of cookie-signature: only the ID counts, as the signature follows from it. */
function expressSigned(value: string): ValueShape | null {
  const id = /^s:(.+)\.[0-9a-zA-Z+/]{43}$/s.exec(value)?.[1]
  if (id === undefined) return null
  const inner = describeValue(id)
  return { ...inner, format: 'express-signed', kind: 'express-signed' }
}

function uuid(value: string): ValueShape | null {
  const version = UUID.exec(value)?.[1]
  if (version === undefined) return null
  const bits: Readonly<Record<string, number>> = { '1': 14, '4': 122, '6': 14, '7': 74 }
  return { ...plain(value, `uuid-v${version}`, 4), kind: `uuid-v${version}`, fixedBits: bits[version] ?? 122 }
}

/** Base64 of JSON: the session's data itself. */
function encodedData(value: string): ValueShape | null {
  if (!/^(?:eyJ|e30|W3)[\w+/=-]*$/.test(value)) return null
  const data = readJson(Buffer.from(value, 'base64').toString())
  return data === null ? null : whole(value, 'base64-json')
}

/** Data with a timestamp and a signature: itsdangerous, Django signing, Rails and Rack messages. */
function signedData(value: string): ValueShape | null {
  if (/^\.?[\w+/=-]{2,}(?:[.:][\w-]{5,8})[.:][\w-]{27,}$/.test(value)) return whole(value, 'signed-data')
  return /^[\w+/=-]{24,}--[\w+/=-]{16,}(?:--[\w+/=-]{16,})?$/.test(value) ? whole(value, 'signed-data') : null
}

/** `<id>.<signature>`: @fastify/cookie, Better Auth, Werkzeug. */
function signedId(value: string): ValueShape | null {
  const id = /^([\w-]{8,})\.[0-9a-zA-Z+/_-]{27,}={0,2}$/.exec(value)?.[1]
  return id === undefined ? null : { ...describeValue(id), format: 'signed-id', kind: 'signed-id' }
}

/** 64 characters of base64url: 20 of handle, 44 of secret. */
function token64(value: string): ValueShape | null {
  return /^[\w-]{64}$/.test(value) && /[A-Z]/.test(value) && /[a-z]/.test(value)
    ? plain(value, 'token64', 6)
    : null
}

function alphabet(value: string): ValueShape | null {
  for (const [format, pattern, size] of ALPHABETS) {
    if (pattern.test(value)) return plain(value.replace(/=+$/, ''), format, Math.log2(size))
  }
  return null
}

function readJson(text: string): object | null {
  try {
    const data: unknown = JSON.parse(text)
    return typeof data === 'object' ? data : null
  } catch {
    return null
  }
}

const CLASSES: readonly string[] = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
/** Nobody writes so many characters of so few kinds by chance: whatever else the value held would be malformed. */
const RUN = /[0-9A-Za-z]{16,}/g
const NARROW: readonly (readonly [pattern: RegExp, alphabet: string])[] = [
  [/^[0-9a-f]+$/, '0123456789abcdef'],
  [/^[0-9A-F]+$/, '0123456789ABCDEF'],
  // ASP.NET, the base32 of RFC 4648 and its "extended hex", and Crockford's.
  [/^[a-z0-5]+$/, 'abcdefghijklmnopqrstuvwxyz012345'],
  [/^[a-z2-7]+$/, 'abcdefghijklmnopqrstuvwxyz234567'],
  [/^[A-Z2-7]+$/, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'],
  [/^[0-9a-v]+$/, '0123456789abcdefghijklmnopqrstuv'],
  [/^[0-9A-V]+$/, '0123456789ABCDEFGHIJKLMNOPQRSTUV'],
  [/^[0-9A-HJKMNP-TV-Z]+$/, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'],
  [/^[0-9a-hjkmnp-tv-z]+$/, '0123456789abcdefghjkmnpqrstvwxyz'],
]
const UUIDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
/** In base64 the last character holds bits that strict readers want to be zero (RFC 4648, 3.5). */
const BASE64_END = /[\w+/-]{15,}([\w+/-])(?![\w+/-])/g

/**
 * A random value that looks like this one and was never issued: each character is replaced by one of its kind, hex,
 * base32 and UUIDs stay what they are, separators and a JWT's header stay. A short number is lengthened, so as not to
 * hit a real ID.
 */
export function sameShape(value: string): string {
  const text = value.replace(/^Bearer /i, '')
  if (text.length < value.length) return `Bearer ${sameShape(text)}`
  if (/^\d{1,9}$/.test(value)) return `9${randomText(value.length + 5, '0123456789')}`
  const header = jwt(value) ? `${value.split('.')[0]}.` : (/^(?:s:|s%3A|Fe26\.2\*)/i.exec(value)?.[0] ?? '')
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const made = header + shuffled(value.slice(header.length))
    if (made !== value) return made
  }
  return `${value}${randomText(8, 'abcdef0123456789')}`
}

function shuffled(text: string): string {
  const alphabets = alphabetsOf(text)
  let made = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (/^%[0-9A-F]{2}/i.test(text.slice(at, at + 3))) {
      made += text.slice(at, at + 3)
      at += 2
      continue
    }
    const usual = CLASSES.find((members) => members.includes(character)) ?? character
    made += randomText(1, alphabets.get(at) ?? usual)
  }
  return made
}

/** What may stand at a place, where that is something else than a character of the same kind. */
function alphabetsOf(text: string): ReadonlyMap<number, string> {
  const alphabets = new Map<number, string>()
  const put = (from: number, run: string, alphabet: (at: number) => string): void => {
    for (let at = 0; at < run.length; at += 1) alphabets.set(from + at, alphabet(at))
  }
  for (const { 0: whole, 1: last = '', index } of text.matchAll(BASE64_END)) {
    put(index + whole.length - 1, last, () => last)
  }
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const [narrow = '', ...others] = NARROW.filter(([pattern]) => pattern.test(run)).map(([, all]) => all)
    // A value that may be one or the other holds what both have.
    const both = [...narrow].filter((each) => others.every((other) => other.includes(each))).join('')
    if (both !== '') put(index, run, () => both)
  }
  for (const { 0: uuid, index } of text.matchAll(UUIDS)) {
    const hex = /[A-F]/.test(uuid) ? '0123456789ABCDEF' : '0123456789abcdef'
    // Its version and its variant stay (RFC 9562, 4).
    put(index, uuid, (at) => ([8, 13, 14, 18, 19, 23].includes(at) ? (uuid[at] ?? '') : hex))
  }
  return alphabets
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}
