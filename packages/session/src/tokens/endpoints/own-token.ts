import type { Issuer } from '../issue/issuer.ts'
import { isNameOf, schemes } from '../keys/algorithms.ts'
import { bytesOf, type Header, takeApart } from '../verify/jws.ts'
import { parseObject } from '../verify/strict-json.ts'
import { problemOf, type VerifiedToken, verifiedToken } from '../verify/verified-token.ts'

/** An audience may have its tokens called either. */
const types = ['at+jwt', 'jwt']

/** Headers that were read before: none are kept here, where tokens are few. */
const unread: ReadonlyMap<string, Header> = new Map()

/**
 * An access token that these keys have signed and that has not expired, whoever it is for; null for anything else. Whether
 * its session lives is not looked at.
 * @throws TokenError `keys_unavailable`
 */
export async function readOwnToken(tokens: Issuer, text: string, now: number): Promise<VerifiedToken | null> {
  const jws = takeApart(text, unread)
  if (!jws || !types.includes(jws.header.typ)) return null
  const { keys } = await tokens.keySet()
  const key = keys.find(({ kid }) => kid === jws.header.kid)
  if (!key || !(now < key.until) || !isNameOf(jws.header.alg, key.algorithm)) return null
  if (!schemes[key.algorithm].verify(jws.signed, key.verifies, jws.signature)) return null
  const claims = parseObject(bytesOf(jws.payload))
  if (!claims) return null
  const audiences = [claims.aud].flat().filter((each) => typeof each === 'string')
  if (problemOf(claims, { issuer: tokens.issuer, audiences, clockSkew: 0 }, now)) return null
  return verifiedToken(claims)
}
