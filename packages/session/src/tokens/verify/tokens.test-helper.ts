import { tokenId } from '../issue/token-id.ts'
import { type Algorithm, schemes } from '../keys/algorithms.ts'
import { importJwk } from '../keys/jwk.ts'
import type { KeyDocument, ManagedJwk } from '../keys/key-set.ts'
import { newKeys } from '../keys/rotation.ts'

export const issuer = 'https://id.example.com'
export const audience = 'https://api.example.com'
/** Milliseconds since the epoch. */
export const noon = Date.UTC(2026, 10, 29, 12)

export const keys: Readonly<Record<Algorithm, KeyDocument>> = {
  EdDSA: await newKeys({ now: () => noon }),
  ES256: await newKeys({ algorithms: ['ES256'], now: () => noon }),
  RS256: await newKeys({ algorithms: ['RS256'], now: () => noon }),
  HS256: await newKeys({ algorithms: ['HS256'], now: () => noon }),
}

/** The key that signs for an algorithm. */
export function currentKey(algorithm: Algorithm): ManagedJwk {
  const [key] = keys[algorithm].keys
  if (!key) throw new Error('no key was made')
  return key
}

export const goodClaims = (at = noon): Record<string, unknown> => ({
  iss: issuer,
  aud: audience,
  sub: 'alice',
  client_id: 'mobile',
  sid: 'A'.repeat(20),
  jti: tokenId(at),
  iat: Math.floor(at / 1000),
  exp: Math.floor(at / 1000) + 300,
})

export interface Forged {
  readonly algorithm?: Algorithm
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** In place of the JSON of either. */
  readonly headerText?: string | Buffer
  readonly payloadText?: string | Buffer
  readonly key?: ManagedJwk
}

/** A token with a right signature over whatever header and payload are asked for. */
export function forged({
  algorithm = 'EdDSA',
  header,
  claims,
  headerText,
  payloadText,
  key,
}: Forged = {}): string {
  const jwk = key ?? currentKey(algorithm)
  const head = headerText ?? JSON.stringify({ alg: algorithm, typ: 'at+jwt', kid: jwk.kid, ...header })
  const body = payloadText ?? JSON.stringify({ ...goodClaims(), ...claims })
  const text = `${Buffer.from(head).toString('base64url')}.${Buffer.from(body).toString('base64url')}`
  const { signs } = importJwk(jwk)
  if (!signs) throw new Error('this key signs nothing')
  return `${text}.${schemes[algorithm].sign(Buffer.from(text), signs).toString('base64url')}`
}

/** What a verification comes to: the user, or the error's code. */
export async function outcome(verify: () => unknown): Promise<string> {
  try {
    const { userId } = (await verify()) as { userId: string }
    return userId
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string }
    if (name !== 'TokenError') throw error
    return code ?? ''
  }
}
