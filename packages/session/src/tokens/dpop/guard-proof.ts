import { TokenError, type TokenErrorCode, type TokenErrorOptions } from '../token-error.ts'
import type { Scheme } from '../verify/credentials.ts'
import type { Dpop } from './dpop.ts'
import { proofAlgorithmNames } from './proof.ts'

/** How a verified token came. */
export interface Presented {
  /** The scheme of `Authorization`. */
  readonly scheme: Scheme
  readonly token: string
  /** The header `DPoP`; null where there is none. */
  readonly proof: string | null
  /** In capitals, as it was sent. */
  readonly method: string
  /** As the client knows it: with the public scheme, host and path. */
  readonly url: string
}

/**
 * Whether whoever presents a verified token is who it was given to (RFC 9449 section 7.1). To be asked at every request:
 * a proof is of one alone.
 * @param mode what the guard asks for; null where it knows no proofs: a bound token is refused then, for anybody could have it
 * @param cnf the claim of the token that says what it is bound to; undefined where it is bound to nothing
 * @param about what errors say of the resource and the token
 * @throws TokenError `dpop_required`, `dpop_proof_invalid`, `dpop_nonce_required`; `dpop_unavailable` (503) where it cannot be
 *   said whether the proof was used before
 */
export function assertPossession(
  dpop: Dpop | null,
  mode: 'allowed' | 'required' | null,
  { scheme, token, proof, method, url }: Presented,
  cnf: unknown,
  about: Pick<TokenErrorOptions, 'realm' | 'tokenId'> = {},
): void | Promise<void> {
  const refused = (code: TokenErrorCode, message: string) =>
    new TokenError(code, message, { ...about, ...(dpop && { dpop: askedBy(dpop) }) })
  if (cnf === undefined) {
    if (mode === 'required') throw refused('dpop_required', 'This needs a token that is bound to a key.')
    if (scheme === 'DPoP') throw refused('dpop_required', 'The token is bound to no key: send it as Bearer.')
    return
  }
  const jkt = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? cnf.jkt : null
  if (!dpop || mode === null || typeof jkt !== 'string')
    throw refused('dpop_required', 'The token is bound to what this guard does not look for.')
  if (scheme !== 'DPoP')
    throw refused('dpop_required', 'The token is bound to a key: send it as DPoP, with a proof.')
  if (proof === null) throw refused('dpop_proof_invalid', 'There is no header DPoP with a proof.')
  const proven = dpop.judge(proof, { method, url, accessToken: token })
  if ('error' in proven) {
    const isStale = proven.error === 'use_dpop_nonce'
    throw refused(isStale ? 'dpop_nonce_required' : 'dpop_proof_invalid', `The proof: ${proven.why}.`)
  }
  if (proven.thumbprint !== jkt)
    throw refused('dpop_proof_invalid', 'The proof is by another key than the token is bound to.')
  return dpop.use(proven).then(
    (again) => {
      if (again) throw refused('dpop_proof_invalid', `The proof: ${again.why}.`)
    },
    (cause) => {
      throw new TokenError('dpop_unavailable', 'It cannot be said whether the proof was used before.', {
        ...about,
        cause,
      })
    },
  )
}

/** What a challenge says of the proofs that are asked for (RFC 9449 sections 7.1 and 9). */
export function askedBy(dpop: Dpop): NonNullable<TokenErrorOptions['dpop']> {
  return { algorithms: proofAlgorithmNames, nonce: dpop.nonce() ?? undefined }
}
