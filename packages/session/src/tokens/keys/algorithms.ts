import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'

/**
 * What tokens are signed with (RFC 7518 section 3.1, RFC 8037 section 3.1). Each key has exactly one: a token that names
 * another is refused before its signature is looked at (RFC 8725 section 3.1, ASVS 9.1.2).
 */
export type Algorithm = 'EdDSA' | 'ES256' | 'RS256' | 'HS256'

export const algorithms = ['EdDSA', 'ES256', 'RS256', 'HS256'] as const satisfies readonly Algorithm[]

interface Scheme {
  sign(data: Buffer, key: KeyObject): Buffer
  /** Never throws for a signature of whatever bytes. */
  verify(data: Buffer, key: KeyObject, signature: Buffer): boolean
}

// node:crypto and not WebCrypto: a trip to its thread pool costs 50 to 80 µs a call, whatever the algorithm.
export const schemes: Readonly<Record<Algorithm, Scheme>> = {
  EdDSA: {
    sign: (data, key) => sign(null, data, key),
    verify: (data, key, signature) => signature.length === 64 && verify(null, data, key, signature),
  },
  ES256: {
    // r || s, each of 32 bytes, and never DER (RFC 7518 section 3.4).
    sign: (data, key) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
    verify: (data, key, signature) =>
      signature.length === 64 && verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature),
  },
  RS256: {
    sign: (data, key) => sign('sha256', data, key),
    verify: (data, key, signature) => verify('sha256', data, key, signature),
  },
  HS256: {
    sign: (data, key) => createHmac('sha256', key).update(data).digest(),
    verify(data, key, signature) {
      const right = createHmac('sha256', key).update(data).digest()
      return signature.length === right.length && timingSafeEqual(right, signature)
    },
  },
}

/** What a token's header calls the algorithm of a key: Ed25519 has two names (RFC 8037, RFC 9864 section 2.2). */
export function isNameOf(name: string, algorithm: Algorithm): boolean {
  return name === algorithm || (name === 'Ed25519' && algorithm === 'EdDSA')
}
