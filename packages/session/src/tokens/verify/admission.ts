import { isPromise } from '../../deadline/deadline.ts'
import { callListener } from '../../events/listener.ts'
import type { Possession } from '../dpop/guard-dpop.ts'
import { askedBy, assertPossession } from '../dpop/guard-proof.ts'
import { isTokenError, TokenError, type TokenErrorCode } from '../token-error.ts'
import { type Scheme, tokenOf } from './credentials.ts'
import type { VerifiedToken } from './verified-token.ts'

/** What a guard asks of a request. Headers that came several times are joined by commas, as servers do. */
export interface TokenRequest {
  /** In capitals, as it was sent. */
  readonly method: string
  /** As this server knows it, with scheme and host. */
  readonly url: string
  readonly authorization: string | null | undefined
  /** The header `DPoP`, for proofs of possession. */
  readonly dpop?: string | null | undefined
  /**
   * What stands for the request in the process. A second question for the same one, as by a guard that is mounted twice, asks
   * for no second proof.
   */
  readonly of?: object | undefined
}

/** A token that a guard let nobody in with. It holds no token and no part of one. */
export interface TokenRefused {
  readonly code: TokenErrorCode
  /** The name of the token (`jti`); null where its signature was not found to be right. */
  readonly id: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
}

interface Admitting<Claims extends object> {
  /** A token that is good by itself, whoever brings it. */
  readonly verified: (text: string) => VerifiedToken<Claims> | Promise<VerifiedToken<Claims>>
  readonly possession: Possession | null
  readonly scope: readonly string[]
  readonly realm: string
  readonly missing: () => TokenError
  readonly onRefused: ((refused: TokenRefused) => unknown) | undefined
  readonly warn: (message: string) => void
  readonly now: () => number
}

interface Brought {
  readonly scheme: Scheme
  readonly request: TokenRequest
}

/** Who is let in with a good token: whoever it was given to, for what it is good for. Tells of everybody else. */
export function createAdmission<Claims extends object>({
  verified,
  possession,
  scope: needed,
  realm,
  missing,
  onRefused,
  warn,
  now,
}: Admitting<Claims>) {
  type Verdict = VerifiedToken<Claims> | Promise<VerifiedToken<Claims>>
  const asksAll = possession?.mode === 'required'
  // The token of each request whose proof was used.
  const proven = new WeakMap<object, string>()

  function told(error: unknown): unknown {
    if (onRefused && isTokenError(error)) {
      const refused = Object.freeze({ code: error.code, id: error.tokenId, at: now() })
      callListener('onRefused of createTokenGuard', warn, () => onRefused(refused))
    }
    return error
  }

  function rejectTold(error: unknown): never {
    throw told(error)
  }

  function requireScope(token: VerifiedToken, scope: readonly string[]): void {
    if (scope.every((each) => token.scope.includes(each))) return
    throw new TokenError(
      'insufficient_scope',
      'The token is not good for this. Ask for one with this scope.',
      {
        realm,
        scope: scope.join(' '),
        tokenId: token.id,
        ...(token.isBound && possession && { dpop: askedBy(possession.dpop) }),
      },
    )
  }

  function scoped(token: VerifiedToken<Claims>): VerifiedToken<Claims> {
    if (needed.length > 0) requireScope(token, needed)
    return token
  }

  function possessed(token: VerifiedToken<Claims>, text: string, brought: Brought | null): Verdict {
    const { dpop = null, mode = null } = possession ?? {}
    const about = { realm, tokenId: token.id }
    if (brought === null && possession)
      throw new TokenError(
        'dpop_required',
        'The token needs a proof, and is to be verified with its request.',
        {
          ...about,
          dpop: askedBy(possession.dpop),
        },
      )
    const { scheme = 'Bearer', request } = brought ?? {}
    const { of, method = '', dpop: proof = null } = request ?? {}
    if (of && token.isBound && scheme === 'DPoP' && proven.get(of) === text) return scoped(token)
    const url = request && possession ? possession.publicUrl(request.url) : ''
    const presented = { scheme, token: text, proof, method, url }
    const asserted = assertPossession(dpop, mode, presented, token.claims.cnf, about)
    if (!isPromise(asserted)) return scoped(token)
    return asserted.then(() => {
      if (of) proven.set(of, text)
      return scoped(token)
    })
  }

  function verify(text: string, brought: Brought | null): Verdict {
    try {
      const token = verified(text)
      if (isFree(token, brought)) return scoped(token)
      const verdict = isPromise(token)
        ? token.then((token) => (isFree(token, brought) ? scoped(token) : possessed(token, text, brought)))
        : possessed(token, text, brought)
      return isPromise(verdict) ? verdict.catch(rejectTold) : verdict
    } catch (error) {
      throw told(error)
    }
  }

  /** Nothing more is asked of most tokens. One look also tells a token from a promise of one, for this is asked at each request. */
  function isFree(token: Verdict, brought: Brought | null): token is VerifiedToken<Claims> {
    const { isBound } = token as VerifiedToken<Claims>
    return isBound === false && !asksAll && brought?.scheme !== 'DPoP'
  }

  function verifyPresented(authorization: string | null | undefined, request: TokenRequest | null): Verdict {
    const bearer = tokenOf(authorization, 'Bearer')
    if (bearer !== null) return verify(bearer, request && { scheme: 'Bearer', request })
    if (possession && request) {
      const bound = tokenOf(authorization, 'DPoP')
      if (bound !== null) return verify(bound, { scheme: 'DPoP', request })
    }
    throw told(missing())
  }

  return {
    verify: (text: string) => verify(text, null),
    verifyHeader: (authorization: string | null | undefined) => verifyPresented(authorization, null),
    verifyRequest: (request: TokenRequest) => verifyPresented(request.authorization, request),
    requireScope(token: VerifiedToken, ...scope: readonly string[]): void {
      try {
        requireScope(token, scope)
      } catch (error) {
        throw told(error)
      }
    },
  }
}
