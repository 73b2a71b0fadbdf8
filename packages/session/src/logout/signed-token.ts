import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose'
import { loadJose } from '../tokens/keys/jose.ts'
import { asymmetric, type LogoutProvider } from './providers.ts'
import { type RefusalCode, Refused, Unavailable } from './refused.ts'

/** A token that one of the providers has signed for this application. */
export interface SignedToken {
  readonly provider: LogoutProvider
  readonly claims: JWTPayload & { readonly iss: string }
  /** Header `typ`, in lower case and without `application/`; null for none. */
  readonly type: string | null
}

export type VerifySigned = (text: string, rules: JWTVerifyOptions) => Promise<SignedToken>

/** Milliseconds that a provider may take for its keys; and for how long they are not asked for again. */
const [keysTimeout, keysAge, keysPause] = [2000, 10 * 60_000, 30_000]

/** jose's names for what is the token's fault; what else goes wrong with keys is the provider's. */
const faultOfToken = /^ERR_(?:JWKS_NO_MATCHING_KEY|JWKS_MULTIPLE_MATCHING_KEYS|JOSE_NOT_SUPPORTED)$/

const codes: Readonly<Record<string, RefusalCode>> = {
  ERR_JWKS_NO_MATCHING_KEY: 'invalid_key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'invalid_key',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'invalid_key',
}

/**
 * Verifies by the keys of whom the token says it is, and of nobody else.
 * @param now milliseconds since the epoch
 */
export function createVerifySigned(providers: readonly LogoutProvider[], now: () => number): VerifySigned {
  const keysOf = new Map<string, Promise<JWTVerifyGetKey>>()

  async function makeKeys({ jwks }: LogoutProvider): Promise<JWTVerifyGetKey> {
    const { createLocalJWKSet, createRemoteJWKSet } = await loadJose('latchkey/logout')
    if (typeof jwks !== 'string') return createLocalJWKSet(jwks)
    const pauses = { timeoutDuration: keysTimeout, cacheMaxAge: keysAge, cooldownDuration: keysPause }
    return createRemoteJWKSet(new URL(jwks), pauses)
  }

  function keysFor(provider: LogoutProvider): JWTVerifyGetKey {
    const { issuer } = provider
    return async (header, token) => {
      const made = keysOf.get(issuer) ?? makeKeys(provider)
      keysOf.set(issuer, made)
      const find = await made
      try {
        return await find(header, token)
      } catch (error) {
        if (faultOfToken.test(codeOf(error))) throw error
        throw new Unavailable(`the keys of ${issuer} cannot be had`, { cause: error })
      }
    }
  }

  return async (text, rules) => {
    const { decodeJwt, jwtVerify } = await loadJose('latchkey/logout')
    const provider = providers.find(({ issuer }) => issuer === claimedIssuer(text, decodeJwt))
    if (!provider) throw new Refused('invalid_issuer', 'the token is of nobody who may say so here')
    const { issuer, audience, algorithms = asymmetric } = provider
    const all = {
      issuer,
      audience: [audience].flat(),
      algorithms: [...algorithms],
      currentDate: new Date(now()),
    }
    try {
      const { payload, protectedHeader } = await jwtVerify(text, keysFor(provider), { ...rules, ...all })
      const type = protectedHeader.typ?.toLowerCase().replace(/^application\//, '') ?? null
      return { provider, claims: { ...payload, iss: issuer }, type }
    } catch (error) {
      if (error instanceof Unavailable) throw error
      throw refusalOf(error)
    }
  }
}

function claimedIssuer(text: string, decode: (jwt: string) => JWTPayload): unknown {
  try {
    return decode(text).iss
  } catch {
    throw new Refused('invalid_request', 'what was sent is no signed token')
  }
}

function refusalOf(error: unknown): Refused {
  const claim = error instanceof Error && 'claim' in error ? String(error.claim) : null
  if (claim === 'aud') return new Refused('invalid_audience', 'the token is for somebody else')
  const code = codes[codeOf(error)] ?? 'invalid_request'
  if (code === 'invalid_key') return new Refused(code, 'the token is signed by no key of its issuer')
  return new Refused(code, claim ? `the claim ${claim} is not as it must be` : 'the token cannot be verified')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
