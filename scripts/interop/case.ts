import { createPublicKey, type JsonWebKey } from 'node:crypto'

/** Tokens of ours that a verifier should read. */
export type CaseName = 'EdDSA, at+jwt' | 'ES256, at+jwt' | 'RS256, at+jwt' | 'ES256, JWT'

/** What every verifier is given. */
export interface Case {
  readonly issuer: string
  readonly audience: string
  readonly subject: string
  readonly jwks: { readonly keys: readonly (JsonWebKey & { readonly kid: string })[] }
  /** The same keys by kid, as SPKI. */
  readonly pem: Readonly<Record<string, string>>
  /** Good ones by {@link CaseName}; all others must be refused. */
  readonly tokens: Readonly<Record<string, string>>
}

const header = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())

export const kidOf = (token: string): string => header(token).kid
export const algorithmOf = (token: string): string => header(token).alg

export function pemsOf(keys: Case['jwks']['keys']): Record<string, string> {
  return Object.fromEntries(
    keys.map((key) => [
      key.kid,
      createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
    ]),
  )
}

/** The same token with a signature that is not its own. */
export function withWrongSignature(token: string): string {
  const [head, claims, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  return `${head}.${claims}.${bytes.toString('base64url')}`
}

/** The same signature under claims that are not its own. */
export function withOtherClaims(token: string): string {
  const [head, claims = '', signature] = token.split('.')
  const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: 'mallory' }
  return `${head}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`
}
