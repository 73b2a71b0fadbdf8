import { parseJson } from '../../network/json.ts'

/** A JSON Web Token in compact form (RFC 7515, 7.1): header, claims and signature. */
export interface Jws {
  readonly text: string
  readonly header: Readonly<Record<string, unknown>>
  readonly alg: string
  /** Empty where the payload is no JSON object. */
  readonly claims: Readonly<Record<string, unknown>>
  /** What is signed: the first two parts as they came. */
  readonly input: string
  readonly signature: Buffer
}

/** A token inside a session's value. */
export interface HeldToken {
  readonly jws: Jws
  /** The value with another text in the token's place. */
  put(text: string): string
}

/** A header is an object, so that it starts with `{` and a quote, a space or a line's end. */
const COMPACT = /(?<=^|[^\w.-]|%[0-9A-Fa-f]{2})e[wy][\w-]{8,}\.[\w-]+\.[\w-]*(?![\w.-])/g
const ENCRYPTED = /(?<=^|[^\w.-]|%[0-9A-Fa-f]{2})e[wy][\w-]{8,}\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+(?![\w.-])/
const BASE64 = /^("?(?:base64-)?)([\w+/-]{40,}(?:={0,2}|(?:%3D){0,2}))("?)$/i

/** Every token in a value, that of a script's JSON or of JSON in base64 too. */
export function heldTokens(value: string): HeldToken[] {
  const plain = tokensIn(value, (text) => text)
  if (plain.length > 0) return plain
  const [, before = '', coded = '', after = ''] = BASE64.exec(value) ?? []
  const text = Buffer.from(coded.replace(/%3D/gi, '='), 'base64').toString()
  return parseJson(text) === undefined
    ? []
    : tokensIn(text, (inner) => `${before}${recoded(inner, coded)}${after}`)
}

/** The algorithm of an encrypted token (RFC 7516, 7.1) in a value; null where there is none. */
export function encryptedBy(value: string): string | null {
  const header = jsonOf(ENCRYPTED.exec(value)?.[0].split('.')[0] ?? '')
  return typeof header?.alg === 'string' && typeof header.enc === 'string' ? header.alg : null
}

/** Null for what is no token. */
export function readJws(text: string): Jws | null {
  const [head = '', payload = '', signature = '', ...more] = text.split('.')
  const header = jsonOf(head)
  if (header === null || typeof header.alg !== 'string' || more.length > 0) return null
  return {
    text,
    header,
    alg: header.alg,
    claims: jsonOf(payload) ?? {},
    input: `${head}.${payload}`,
    signature: Buffer.from(signature, 'base64url'),
  }
}

/** A part of a token. */
export function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function tokensIn(text: string, whole: (text: string) => string): HeldToken[] {
  return [...text.matchAll(COMPACT)].flatMap(({ 0: found, index }) => {
    const jws = readJws(found)
    if (jws === null) return []
    const put = (other: string) => whole(text.slice(0, index) + other + text.slice(index + found.length))
    return [{ jws, put }]
  })
}

/** In the alphabet, and with the padding, of the text it stands for. */
function recoded(text: string, like: string): string {
  const standard = Buffer.from(text).toString(/[-_]/.test(like) ? 'base64url' : 'base64')
  if (/%3D/i.test(like)) return standard.replaceAll('=', '%3D')
  return like.includes('=') || like.length % 4 === 0 ? standard : standard.replace(/=+$/, '')
}

function jsonOf(part: string): Record<string, unknown> | null {
  const data = parseJson(Buffer.from(part, 'base64url').toString())
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? (data as Record<string, unknown>)
    : null
}
