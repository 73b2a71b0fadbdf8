import { createPrivateKey, createPublicKey, createSecretKey, hash, type KeyObject } from 'node:crypto'
import { type Algorithm, isNameOf, schemes } from './algorithms.ts'

/** A JSON Web Key (RFC 7517), private or public, of a kind that Latchkey signs with. */
export interface Jwk {
  readonly kty: string
  readonly crv?: string
  readonly kid?: string
  readonly alg?: string
  readonly use?: string
  readonly key_ops?: readonly string[]
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
  /** Secret: of an HS256 key. */
  readonly k?: string
  /** Secret: of all others. */
  readonly d?: string
  readonly [member: string]: unknown
}

/** What a JWK is good for. */
export interface ImportedJwk {
  readonly kid: string
  readonly algorithm: Algorithm
  /** Null for a public key. */
  readonly signs: KeyObject | null
  readonly verifies: KeyObject
  /** The public JWK as it is published; null for a symmetric key, which never is. */
  readonly published: Jwk | null
  /** The same for the same key, whatever it is called. */
  readonly thumbprint: string
}

/** The members that a thumbprint is of, in their order (RFC 7638 section 3.2, RFC 8037 section 2). */
const publicMembers: Readonly<Record<string, readonly string[]>> = {
  OKP: ['crv', 'kty', 'x'],
  EC: ['crv', 'kty', 'x', 'y'],
  RSA: ['e', 'kty', 'n'],
  oct: ['k', 'kty'],
}

const leastHmacBytes = 32
const leastRsaBits = 2048

/** @throws Error that says what is wrong with the key, and never holds a part of it */
export function importJwk(jwk: Jwk): ImportedJwk {
  const algorithm = algorithmOf(jwk)
  if (jwk.alg !== undefined && !isNameOf(String(jwk.alg), algorithm))
    throw new Error(`its alg is not ${algorithm}, which a key of its kind is for`)
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new Error('its use is not sig')
  const { kty } = jwk
  const members = Object.fromEntries((publicMembers[kty] ?? []).map((name) => [name, jwk[name]]))
  for (const [name, value] of Object.entries(members)) {
    if (typeof value !== 'string' || !/^[\w-]+$/.test(value)) throw new Error(`its ${name} is no base64url`)
  }
  const thumbprint = hash('sha256', JSON.stringify(members), 'base64url')
  const kid = jwk.kid ?? thumbprint
  // Some verifiers refuse a numeric one, and none needs more.
  if (typeof kid !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(kid))
    throw new Error('its kid is no text of 1 to 128 printable ASCII characters')
  assertMay(jwk.key_ops, typeof jwk.d === 'string' ? ['sign', 'verify'] : ['verify'])
  if (kty === 'oct') return { kid, algorithm, ...symmetric(jwk), published: null, thumbprint }
  const [signs, verifies] = asymmetric(jwk, members, algorithm)
  return {
    kid,
    algorithm,
    signs,
    verifies,
    published: { ...members, kty, kid, use: 'sig', alg: algorithm },
    thumbprint,
  }
}

function algorithmOf({ kty, crv }: Jwk): Algorithm {
  if (kty === 'OKP' && crv === 'Ed25519') return 'EdDSA'
  if (kty === 'EC' && crv === 'P-256') return 'ES256'
  if (kty === 'RSA') return 'RS256'
  if (kty === 'oct') return 'HS256'
  throw new Error('it is neither Ed25519, P-256, RSA nor a symmetric key')
}

function assertMay(operations: unknown, any: readonly string[]): void {
  if (operations === undefined) return
  if (!Array.isArray(operations) || !any.some((each) => operations.includes(each)))
    throw new Error(`its key_ops do not include ${any.join(' or ')}`)
}

/** RFC 7518 section 3.2: a key of at least the size of the hash, for a shorter one is guessed offline. */
function symmetric({ k = '' }: Jwk): Pick<ImportedJwk, 'signs' | 'verifies'> {
  const bytes = Buffer.from(k, 'base64url')
  if (bytes.length < leastHmacBytes)
    throw new Error(`it has ${bytes.length} bytes, and HS256 needs at least ${leastHmacBytes} random ones`)
  if (new Set(bytes).size < leastHmacBytes / 4) throw new Error('its bytes are not random')
  const key = createSecretKey(bytes)
  return { signs: key, verifies: key }
}

function asymmetric(jwk: Jwk, members: object, algorithm: Algorithm): [KeyObject | null, KeyObject] {
  const verifies = parsed(() => createPublicKey({ key: { ...members }, format: 'jwk' }))
  const bits = verifies.asymmetricKeyDetails?.modulusLength ?? leastRsaBits
  if (bits < leastRsaBits) throw new Error(`it has ${bits} bits, and RS256 needs at least ${leastRsaBits}`)
  if (typeof jwk.d !== 'string') return [null, verifies]
  const signs = parsed(() => createPrivateKey({ key: { ...jwk }, format: 'jwk' }))
  const probe = Buffer.from('latchkey')
  const scheme = schemes[algorithm]
  if (!scheme.verify(probe, verifies, scheme.sign(probe, signs)))
    throw new Error('its private and its public half are of different keys')
  return [signs, verifies]
}

/** Node's message may hold what it was given. */
function parsed(make: () => KeyObject): KeyObject {
  try {
    return make()
  } catch {
    throw new Error('its members are no key')
  }
}
