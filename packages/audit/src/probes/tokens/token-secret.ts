import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FoundSecret } from '../../evidence/evidence.ts'
import { KNOWN_SECRETS, knownSecret } from '../secrets/known-secrets.ts'
import { isHmac } from './forgeries.ts'
import type { Jws } from './jws.ts'

/** A well-known secret that made this token's signature. Nothing is sent. */
export function findTokenSecret(jws: Jws): { found: FoundSecret; key: Buffer } | null {
  if (!isHmac(jws.alg)) return null
  const hash = `sha${jws.alg.slice(2)}`
  const makes = (key: Buffer): boolean => {
    // HMAC fills a key up with zeros, so that of zeros alone is the empty one, which is tried by itself.
    if (key.every((byte) => byte === 0)) return false
    const made = createHmac(hash, key).update(jws.input).digest()
    return made.length === jws.signature.length && timingSafeEqual(made, jws.signature)
  }
  for (const [as, keyOf] of WAYS) {
    const known = knownSecret((secret) => makes(keyOf(secret)))
    if (known !== null) {
      return { found: { ...known, as }, key: keyOf(KNOWN_SECRETS[known.place - 1] ?? '') }
    }
  }
  return null
}

/** Some libraries take the text of a secret for base64. */
const WAYS: readonly (readonly [string, (secret: string) => Buffer])[] = [
  ['as text', (secret) => Buffer.from(secret)],
  ['as base64', (secret) => Buffer.from(secret, 'base64')],
]
