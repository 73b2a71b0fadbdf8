import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWTPayload, SignJWT } from 'jose'

/** A client with a key of its own, whose proofs the package jose makes. */
export interface Prover {
  readonly thumbprint: string
  readonly jwk: Record<string, unknown>
  /** @param claims beside or in place of the right ones; undefined leaves one out */
  prove(
    request: { readonly method?: string; readonly url: string; readonly token?: string; readonly at: number },
    claims?: Record<string, unknown>,
    header?: Record<string, unknown>,
  ): Promise<string>
}

type Kind = 'EdDSA' | 'Ed25519' | 'ES256' | 'RS256'

const pairs: Readonly<Record<Kind, () => { privateKey: KeyObject; publicKey: KeyObject }>> = {
  EdDSA: () => generateKeyPairSync('ed25519'),
  Ed25519: () => generateKeyPairSync('ed25519'),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
}

export const kinds = Object.keys(pairs) as readonly Kind[]

export async function prover(alg: Kind = 'ES256'): Promise<Prover> {
  const { privateKey, publicKey } = pairs[alg]()
  const jwk = { ...(await exportJWK(publicKey)) }
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    jwk,
    prove({ method = 'POST', url, token, at }, claims = {}, header = {}) {
      const ath = token === undefined ? undefined : createHash('sha256').update(token).digest('base64url')
      const right = { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(at / 1000), ath }
      const all = Object.entries({ ...right, ...claims }).filter(([, value]) => value !== undefined)
      return new SignJWT(Object.fromEntries(all) as JWTPayload)
        .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header } as { alg: string })
        .sign(privateKey)
    },
  }
}
