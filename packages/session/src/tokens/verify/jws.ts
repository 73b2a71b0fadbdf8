import { parseObject } from './strict-json.ts'

/** What a token's header says. */
export interface Header {
  readonly alg: string
  readonly kid: string
  /** In small letters, without `application/` (RFC 7515 section 4.1.9); empty where there is none. */
  readonly typ: string
}

/** A signed token taken apart, of which nothing is believed yet. */
export interface Jws {
  readonly header: Header
  /** The header as it stands in the token. */
  readonly head: string
  /** What the signature is over. */
  readonly signed: Buffer
  readonly signature: Buffer
  readonly payload: string
}

/** Characters, and so bytes. Servers take no longer header. */
const mostTokenLength = 8192
const mostHeaderLength = 2048

const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/
/** The characters that a text of base64url can end with: what they have of bits beyond the last byte is zero. */
const [lastOfTwo, lastOfThree] = ['AQgw', 'AEIMQUYcgkosw048']

/**
 * Members that bring a key or say how the token is to be read otherwise: a verifier that looks at one of them can be
 * talked into another key (RFC 8725 section 3.10, ASVS 9.1.3), and one that does not know `crit` must refuse it.
 */
const refusedMembers = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'zip', 'enc', 'b64']

/**
 * The parts of a compact JWS (RFC 7515 section 7.1) in the only spelling that it has; null for anything else. Never throws,
 * whatever the text.
 * @param known headers that were read before: all tokens of one key have the same
 */
export function takeApart(text: unknown, known: ReadonlyMap<string, Header>): Jws | null {
  if (typeof text !== 'string' || text.length > mostTokenLength || !compact.test(text)) return null
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  const [head, payload, signature] = [
    text.slice(0, first),
    text.slice(first + 1, second),
    text.slice(second + 1),
  ]
  if (!isCanonical(payload) || !isCanonical(signature)) return null
  const header = known.get(head) ?? readHeader(head)
  if (!header) return null
  return {
    header,
    head,
    signed: Buffer.from(text.slice(0, second), 'latin1'),
    signature: bytesOf(signature),
    payload,
  }
}

function readHeader(head: string): Header | null {
  const header = head.length <= mostHeaderLength && isCanonical(head) ? parseObject(bytesOf(head)) : null
  if (!header) return null
  for (const member of refusedMembers) if (Object.hasOwn(header, member)) return null
  const { alg, kid, typ = '' } = header
  if (typeof alg !== 'string' || typeof kid !== 'string' || typeof typ !== 'string') return null
  return { alg, kid, typ: typ.toLowerCase().replace(/^application\//, '') }
}

export function bytesOf(base64url: string): Buffer {
  return Buffer.from(base64url, 'base64url')
}

/** The text is of base64url's alphabet. */
function isCanonical(text: string): boolean {
  const rest = text.length % 4
  if (rest === 0) return true
  const last = text.charAt(text.length - 1)
  return (rest === 2 && lastOfTwo.includes(last)) || (rest === 3 && lastOfThree.includes(last))
}
