import { TokenError, type TokenErrorCode } from '../token-error.ts'
import type { Dpop } from './dpop.ts'
import { proofAlgorithmNames } from './proof.ts'

/** How a verified token came. */
export interface Presented {
  /** The scheme of `Authorization`. */
  readonly scheme: 'Bearer' | 'DPoP'
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
 * @throws TokenError `dpop_required`, `dpop_proof_invalid`, `dpop_nonce_required`; `dpop_unavailable` (503) where it cannot be
 *   said whether the proof was used before
 */
export function assertPossession(
  dpop: Dpop | null,
  mode: 'allowed' | 'required' | null,
  { scheme, token, proof, method, url }: Presented,
  cnf: unknown,
): void | Promise<void> {
  if (cnf === undefined) {
    if (mode === 'required')
      throw refused('dpop_required', 'This needs a token that is bound to a key.', dpop)
    if (scheme === 'DPoP')
      throw refused('dpop_required', 'The token is bound to no key: send it as Bearer.', dpop)
    return
  }
  const jkt = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? cnf.jkt : null
  if (!dpop || mode === null || typeof jkt !== 'string')
    throw refused('dpop_required', 'The token is bound to what this guard does not look for.', dpop)
  if (scheme !== 'DPoP')
    throw refused('dpop_required', 'The token is bound to a key: send it as DPoP, with a proof.', dpop)
  if (proof === null) throw refused('dpop_proof_invalid', 'There is no header DPoP with a proof.', dpop)
  const proven = dpop.judge(proof, { method, url, accessToken: token })
  if ('error' in proven) {
    const isStale = proven.error === 'use_dpop_nonce'
    throw refused(isStale ? 'dpop_nonce_required' : 'dpop_proof_invalid', `The proof: ${proven.why}.`, dpop)
  }
  if (proven.thumbprint !== jkt)
    throw refused('dpop_proof_invalid', 'The proof is by another key than the token is bound to.', dpop)
  return dpop.use(proven).then(
    (again) => {
      if (again) throw refused('dpop_proof_invalid', `The proof: ${again.why}.`, dpop)
    },
    (cause) => {
      throw new TokenError('dpop_unavailable', 'It cannot be said whether the proof was used before.', {
        cause,
      })
    },
  )
}

function refused(code: TokenErrorCode, message: string, dpop: Dpop | null): TokenError {
  const nonce = dpop?.nonce() ?? undefined
  return new TokenError(code, message, { dpop: { algorithms: proofAlgorithmNames, nonce } })
}
