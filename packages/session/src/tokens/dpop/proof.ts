import { hash } from 'node:crypto'
import { type Algorithm, isNameOf, schemes } from '../keys/algorithms.ts'
import { type ImportedJwk, importJwk, type Jwk } from '../keys/jwk.ts'

/** What a proof's key may sign with: asymmetric alone (RFC 9449 section 4.3). */
export const proofAlgorithms = ['EdDSA', 'ES256', 'RS256'] as const satisfies readonly Algorithm[]

/** As `dpop_signing_alg_values_supported` and the challenge of a resource server name them. */
export const proofAlgorithmNames = ['EdDSA', 'Ed25519', 'ES256', 'RS256'] as const

/** What the signature of a proof says; whether it fits the request is judged elsewhere. */
export interface Proof {
  /** SHA-256 of the key that signed it (RFC 7638): what tokens are bound to. */
  readonly thumbprint: string
  readonly jti: string
  readonly htm: unknown
  readonly htu: unknown
  /** Seconds since the epoch. */
  readonly iat: number
  readonly ath: unknown
  readonly nonce: unknown
}

const mostBytes = 4096
const longestJti = 256
/** Of an RSA key: larger ones take long to verify with, and whoever sends a proof chooses its key. */
const mostRsaCharacters = 683
const mostExponentCharacters = 6

/** A proof whose signature is good; or why it is none, without a part of it. Whatever the bytes, it never throws. */
export function readProof(text: string): Proof | string {
  // Two of them come joined by a comma, which is no character of a JWS.
  const parts = text.length <= mostBytes && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) ? text.split('.') : []
  const [head = '', body = '', signature = ''] = parts
  const header = objectOf(head)
  const claims = objectOf(body)
  if (!header || !claims) return 'it is no signed JWT'
  if (!/^(application\/)?dpop\+jwt$/i.test(textOf(header.typ))) return 'its typ is not dpop+jwt'
  if (header.crit !== undefined || header.b64 !== undefined) return 'it has an extension that is not known'
  const key = keyOf(header.jwk)
  if (typeof key === 'string') return key
  if (!isNameOf(textOf(header.alg), key.algorithm)) return 'its alg is not the one of its key'
  const signed = Buffer.from(`${head}.${body}`, 'latin1')
  if (!isSignature(signed, key, signature)) return 'its signature is wrong'
  const { jti, htm, htu, iat, ath, nonce } = claims
  if (typeof jti !== 'string' || jti === '' || jti.length > longestJti) return 'it has no jti'
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return 'it has no iat'
  return { thumbprint: key.thumbprint, jti, htm, htu, iat, ath, nonce }
}

/** The one place where a key out of a token's header is used: all that it proves is that its sender has the other half. */
function keyOf(jwk: unknown): ImportedJwk | string {
  if (typeof jwk !== 'object' || jwk === null) return 'it has no jwk'
  const { kty, crv, x, y, n, e } = jwk as Partial<Jwk>
  if (['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].some((name) => name in jwk))
    return 'its jwk is not public'
  if (textOf(n).length > mostRsaCharacters || textOf(e).length > mostExponentCharacters)
    return 'its jwk is larger than RSA keys of 4096 bits'
  try {
    const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined)
    const key = importJwk(Object.fromEntries(members) as unknown as Jwk)
    return isFor(key.algorithm) ? key : 'its jwk is not asymmetric'
  } catch {
    return 'its jwk is neither Ed25519, P-256 nor RSA of 2048 to 4096 bits'
  }
}

function isFor(algorithm: Algorithm): boolean {
  return (proofAlgorithms as readonly Algorithm[]).includes(algorithm)
}

function isSignature(signed: Buffer, { algorithm, verifies }: ImportedJwk, text: string): boolean {
  const signature = Buffer.from(text, 'base64url')
  return signature.toString('base64url') === text && schemes[algorithm].verify(signed, verifies, signature)
}

function objectOf(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

/** What anybody may have sent: an object can say that it has no text, and throw for it. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Of a token that is sent with a proof (`ath`, RFC 9449 section 4.2). */
export function accessTokenHash(token: string): string {
  return hash('sha256', token, 'base64url')
}
