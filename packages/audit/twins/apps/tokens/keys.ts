import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { exportJWK, type JWK, SignJWT } from 'jose'

const require = createRequire(import.meta.url)

type Claims = Record<string, unknown>

/** The two libraries for tokens that ship without types, given just the types that the twins use. */
export const jsonwebtoken: {
  verify(
    token: string,
    secret: string | undefined,
    options: { algorithms: string[]; ignoreExpiration?: boolean },
  ): Claims
} = require('jsonwebtoken')

/** What jsonwebtoken is built on: it does what it is told, as jsonwebtoken itself did before version 9. */
export const jws: {
  verify(token: string, alg: string, key: string): boolean
} = require('jws')

export type Algorithm = 'HS256' | 'RS256' | 'ES256'

/** What a site signs its tokens with, and what it publishes of it. */
export interface Keys {
  readonly alg: Algorithm
  readonly kid: string
  readonly sign: (claims: Claims) => Promise<string>
  readonly verify: KeyObject | Uint8Array
  /** As text: the secret, or the PEM of the public key. */
  readonly text: string
  readonly published: readonly JWK[]
}

/** Fresh keys, or a secret that was given. */
export async function makeKeys(alg: Algorithm, secret = randomBytes(32).toString('hex')): Promise<Keys> {
  const kid = 'tide-1'
  if (alg === 'HS256') {
    return {
      alg,
      kid,
      sign: async (claims) => {
        const input = `${part({ alg, typ: 'JWT', kid })}.${part(claims)}`
        // By hand, as no library signs with an empty secret.
        return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
      },
      verify: Buffer.from(secret),
      text: secret,
      published: [],
    }
  }
  const { privateKey, publicKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  return {
    alg,
    kid,
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT', kid }).sign(key),
    verify: publicKey,
    text: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    published: [{ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }],
  }
}

function part(data: Claims): string {
  return Buffer.from(JSON.stringify(data)).toString('base64url')
}
