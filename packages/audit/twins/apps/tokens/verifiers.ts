import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose'
import { jsonwebtoken, jws, type Keys } from './keys.ts'
import { verifyWithoutRange } from './psychic-ecdsa.ts'

/** What a token says; throws for one that is not good. */
export type Verifier = (token: string, keys: Keys) => Promise<JWTPayload>

/** One algorithm and one key, both the server's choice. */
export const sound: Verifier = async (token, { alg, verify }) =>
  (await jwtVerify(token, verify, { algorithms: [alg] })).payload

/** Each as it was found in the wild, and sound in everything else. */
export const faulty = {
  unchecked: async (token) => decodeJwt(token),
  none: async (token, { text }) => {
    const unsigned = decodeProtectedHeader(token).alg === 'none'
    return jsonwebtoken.verify(token, unsigned ? undefined : text, { algorithms: ['HS256', 'none'] })
  },
  'none-spelled': async (token, keys) =>
    decodeProtectedHeader(token).alg?.toLowerCase() === 'none' ? decodeJwt(token) : sound(token, keys),
  stripped: async (token, keys) => {
    const [, , signature] = token.split('.')
    return signature ? sound(token, keys) : decodeJwt(`${token.replace(/\.$/, '')}.`)
  },
  'key-confusion': async (token, { text }) => {
    const alg = decodeProtectedHeader(token).alg ?? ''
    if (!/^(?:HS|RS)256$/.test(alg) || !jws.verify(token, alg, text)) throw new Error('bad signature')
    return decodeJwt(token)
  },
  'embedded-jwk': async (token, keys) =>
    'jwk' in decodeProtectedHeader(token)
      ? (await jwtVerify(token, EmbeddedJWK)).payload
      : sound(token, keys),
  'key-name': async (token, { kid, text }) => {
    const named = decodeProtectedHeader(token).kid ?? ''
    const key = named === kid ? text : readFileSync(join('/srv/tidewater/keys', named), 'utf8')
    if (!jws.verify(token, 'HS256', key)) throw new Error('bad signature')
    return decodeJwt(token)
  },
  'zero-signature': async (token, { verify }) => {
    if (verify instanceof Uint8Array || !verifyWithoutRange(token, verify)) throw new Error('bad signature')
    return decodeJwt(token)
  },
  'expired-too': async (token, { text }) =>
    jsonwebtoken.verify(token, text, { algorithms: ['HS256'], ignoreExpiration: true }),
} satisfies Readonly<Record<string, Verifier>>
