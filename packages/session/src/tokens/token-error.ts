/** Why a token was refused: stable, and what to branch on. */
export type TokenErrorCode =
  | 'token_missing'
  | 'token_malformed'
  | 'token_type_wrong'
  | 'algorithm_refused'
  | 'key_unknown'
  | 'signature_invalid'
  | 'issuer_wrong'
  | 'audience_wrong'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'claims_invalid'
  | 'token_revoked'
  | 'insufficient_scope'
  | 'keys_unavailable'
  | 'revocations_unknown'
  | 'dpop_required'
  | 'dpop_proof_invalid'
  | 'dpop_nonce_required'
  | 'dpop_unavailable'

/** What a resource server answers with, and what RFC 6750 section 3.1 calls it; most are 401 and `invalid_token`. */
const others: Partial<Record<TokenErrorCode, { readonly status: number; readonly error: string | null }>> = {
  token_missing: { status: 401, error: null },
  insufficient_scope: { status: 403, error: 'insufficient_scope' },
  keys_unavailable: { status: 503, error: null },
  revocations_unknown: { status: 503, error: null },
  dpop_proof_invalid: { status: 401, error: 'invalid_dpop_proof' },
  dpop_nonce_required: { status: 401, error: 'use_dpop_nonce' },
  dpop_unavailable: { status: 503, error: null },
}

export interface TokenErrorOptions extends ErrorOptions {
  /** What the challenge calls the resource (RFC 9110 section 11.5). */
  readonly realm?: string | undefined
  /** What the challenge says is needed (RFC 6750 section 3). */
  readonly scope?: string | undefined
  /** For a challenge that asks for proofs of possession (RFC 9449 section 7.1). */
  readonly dpop?: ChallengeOfProofs | undefined
  /** The name of the token (`jti`), once its signature was found to be right. */
  readonly tokenId?: string | undefined
}

export interface ChallengeOfProofs {
  readonly algorithms: readonly string[]
  readonly nonce?: string | undefined
  /** Where tokens without proofs are taken too, which have a challenge of their own. Default false. */
  readonly besideBearer?: boolean | undefined
}

/**
 * Why a guard let nobody in. Branch on `code`, which is stable; the message says what to do, and never holds a token or a
 * part of one. Express, Koa, Fastify and others make the answer of `status` and `headers` by themselves.
 */
export class TokenError extends Error {
  readonly code: TokenErrorCode
  readonly status: number
  /** `WWW-Authenticate` for 401 and 403, with `DPoP-Nonce` where proofs need one; `Retry-After` for 503. */
  readonly headers: Readonly<Record<string, string>>
  /** The name of the token (`jti`), safe in logs; null where its signature was not found to be right. */
  readonly tokenId: string | null

  constructor(code: TokenErrorCode, message: string, options: TokenErrorOptions = {}) {
    super(message, options)
    this.name = 'TokenError'
    this.code = code
    this.tokenId = options.tokenId ?? null
    const { status, error } = others[code] ?? { status: 401, error: 'invalid_token' }
    this.status = status
    const { nonce } = options.dpop ?? {}
    this.headers =
      status === 503
        ? { 'retry-after': '1' }
        : {
            'www-authenticate': challengeOf(error, message, options),
            ...(nonce !== undefined && { 'dpop-nonce': nonce }),
          }
  }

  /** For Hono, which asks an error for its answer before it calls it unexpected and prints it. */
  getResponse(): Response {
    const headers = { ...this.headers, 'cache-control': 'no-store', 'content-type': 'application/json' }
    return new Response(`${JSON.stringify({ code: this.code })}\n`, { status: this.status, headers })
  }
}

/** True for a {@link TokenError}, also one from another copy of this package. */
export function isTokenError(error: unknown): error is TokenError {
  return error instanceof Error && error.name === 'TokenError' && 'code' in error && 'status' in error
}

/** Without credentials, a challenge has no error code (RFC 6750 section 3.1), but at least one parameter. */
function challengeOf(
  error: string | null,
  message: string,
  { realm = 'api', scope, dpop }: TokenErrorOptions,
): string {
  const parameters = [`realm="${quotable(realm)}"`]
  if (error !== null) parameters.push(`error="${error}"`, `error_description="${quotable(message)}"`)
  if (scope !== undefined) parameters.push(`scope="${quotable(scope)}"`)
  const bearer = `Bearer ${parameters.join(', ')}`
  if (!dpop) return bearer
  const proofs = `DPoP ${parameters.join(', ')}, algs="${dpop.algorithms.join(' ')}"`
  return dpop.besideBearer ? `${bearer}, ${proofs}` : proofs
}

/** What error_description and scope may hold: printable ASCII without quotes and backslashes (RFC 6750 section 3). */
function quotable(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, "'")
}
