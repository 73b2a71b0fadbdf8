import { isPromise } from '../../deadline/deadline.ts'
import { SessionError } from '../../errors.ts'
import { safeWarn } from '../../events/listener.ts'
import { checkResult } from '../../schema/schema-check.ts'
import { possessionOf } from '../dpop/guard-dpop.ts'
import { askedBy } from '../dpop/guard-proof.ts'
import { isOwnClaim } from '../issue/claims.ts'
import { isNameOf, schemes } from '../keys/algorithms.ts'
import type { Key, KeySet } from '../keys/key-set.ts'
import { isTokenError, TokenError, type TokenErrorCode } from '../token-error.ts'
import { createAdmission, type TokenRequest } from './admission.ts'
import { settingsOf, type TokenGuardOptions } from './guard-options.ts'
import { bytesOf, type Header, type Jws, takeApart } from './jws.ts'
import { createSeenTokens, type Seen } from './seen-tokens.ts'
import { parseObject } from './strict-json.ts'
import { type Problem, problemOf, type VerifiedToken, verifiedToken } from './verified-token.ts'

/** Verifies access tokens in any process. It knows no sessions, only what `Revocations` says of them. */
export interface TokenGuard<Claims extends object = Record<string, unknown>> {
  /**
   * What a token says, once its signature, type, issuer, audience and times are right and its session has not ended. Without a
   * promise where this process knows. The token is frozen, and the same object each time.
   * @throws TokenError 401 for whatever is no such token, 403 where it lacks the guard's `scope`, 503 where that cannot be
   *   known now
   */
  verify(token: string): VerifiedToken<Claims> | Promise<VerifiedToken<Claims>>
  /**
   * The same for an Authorization header (RFC 6750 section 2.1). Tokens that are bound to a key need their request.
   * @throws TokenError as `verify`; `token_missing` where it brings no bearer token
   */
  verifyHeader(
    authorization: string | null | undefined,
  ): VerifiedToken<Claims> | Promise<VerifiedToken<Claims>>
  /**
   * The same for a request, which also brings the proof that a token of a client with a key needs (`dpop`, RFC 9449
   * section 7). A promise where there is a proof.
   * @throws TokenError as `verifyHeader`; `dpop_required`, `dpop_proof_invalid`, `dpop_nonce_required` (401) and
   *   `dpop_unavailable` (503) for tokens that somebody else may have brought
   */
  verifyRequest(request: TokenRequest): VerifiedToken<Claims> | Promise<VerifiedToken<Claims>>
  /**
   * Goes on only with a token that is good for all of these.
   * @throws TokenError `insufficient_scope` (403)
   */
  requireScope(token: VerifiedToken, ...scope: readonly string[]): void
  /** Stops following what ends sessions. */
  close(): Promise<void>
}

const defaultSeenBytes = 16 * 1024 * 1024
// Each key writes one.
const mostHeaders = 32

/** A token that is good by itself, before anybody is asked of its session. */
interface Good<Claims extends object> {
  readonly text: string
  readonly seen: Seen<Claims>
}

const offline = { generation: () => 0, isEnded: () => false, close: () => Promise.resolve() }

/**
 * A guard for one service.
 * @throws SessionError `config_invalid` for a guard that would let in too much or nobody, saying what to write instead
 */
export function createTokenGuard<Claims extends object = Record<string, unknown>>(
  options: TokenGuardOptions<Claims>,
): TokenGuard<Claims> {
  const { issuer, claims: schema, now = Date.now } = options
  const warn = safeWarn(options.warn ?? console.warn)
  const { audiences, keys, algorithms, clockSkew, realm } = settingsOf(options, warn)
  const revocations = options.revocations === 'offline' ? offline : options.revocations
  const typ = (options.typ ?? 'at+jwt').toLowerCase()
  const expected = { issuer, audiences, clockSkew }
  const seenTokens = createSeenTokens<Claims>(options.seenBytes ?? defaultSeenBytes)
  const possession = possessionOf(options.dpop, now)
  // Of tokens with a right signature alone, so that nobody fills it.
  const headers = new Map<string, Header>()

  const refusal = (code: keyof typeof reasons, tokenId?: string): TokenError =>
    new TokenError(code, reasons[code], {
      realm,
      tokenId,
      ...(possession && {
        dpop: { ...askedBy(possession.dpop), besideBearer: possession.mode === 'allowed' },
      }),
    })

  function keyOf(kid: string): Key | null | Promise<Key | null> {
    const inSet = (set: KeySet) => set.keys.find((key) => key.kid === kid) ?? null
    const again = () => {
      const renewed = keys.renewed()
      return isPromise(renewed) ? renewed.then(inSet) : inSet(renewed)
    }
    const known = keys.get()
    if (isPromise(known)) return known.then((set) => inSet(set) ?? again())
    return inSet(known) ?? again()
  }

  function judge(
    text: string,
    jws: Jws,
    key: Key | null,
  ): VerifiedToken<Claims> | Promise<VerifiedToken<Claims>> {
    const at = now()
    if (!key || !(at < key.until + clockSkew)) throw refusal('key_unknown')
    if (!isNameOf(jws.header.alg, key.algorithm) || !algorithms.includes(key.algorithm))
      throw refusal('algorithm_refused')
    if (!schemes[key.algorithm].verify(jws.signed, key.verifies, jws.signature))
      throw refusal('signature_invalid')
    if (!headers.has(jws.head)) keep(jws)
    const claims = parseObject(bytesOf(jws.payload))
    const problem = claims ? problemOf(claims, expected, at) : 'token_malformed'
    if (!claims || problem) throw refusal(problem ?? 'token_malformed', idIn(claims))
    const token = verifiedToken<Claims>(fitting(claims))
    const { iat, nbf = 0 } = token.claims
    const from = Math.max(iat, nbf) * 1000 - clockSkew
    const until = token.expiresAt + clockSkew
    return unlessEnded({ text, seen: { token, key, from, until, generation: null } })
  }

  function keep({ head, header }: Jws): void {
    if (headers.size >= mostHeaders) headers.clear()
    headers.set(head, header)
  }

  /** What the schema makes of the application's own claims, beside the others. */
  function fitting(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    if (!schema) return claims
    const all = Object.entries(claims)
    const own = Object.fromEntries(all.filter(([name]) => isOwnClaim(name)))
    const result = schema['~standard'].validate(own)
    if ('then' in result) {
      result.then(undefined, () => undefined)
      throw new SessionError(
        'config_invalid',
        'createTokenGuard: claims must answer at once, and gave a promise.',
      )
    }
    const checked = checkResult('claims', result)
    if ('paths' in checked) throw refusal('claims_invalid', idIn(claims))
    return { ...(checked.value as object), ...Object.fromEntries(all.filter(([name]) => !isOwnClaim(name))) }
  }

  /** Its generation is looked at first: what ends a session while it is asked of is seen the next time. */
  function unlessEnded(good: Good<Claims>): VerifiedToken<Claims> | Promise<VerifiedToken<Claims>> {
    try {
      const generation = revocations.generation()
      const isEnded = revocations.isEnded(good.seen.token)
      if (!isPromise(isEnded)) return decided(good, generation, isEnded)
      return isEnded.then(
        (isEnded) => decided(good, generation, isEnded),
        (error) => {
          throw unknowable(error)
        },
      )
    } catch (error) {
      throw unknowable(error)
    }
  }

  function decided(
    { text, seen }: Good<Claims>,
    generation: number | null,
    isEnded: boolean,
  ): VerifiedToken<Claims> {
    if (isEnded) {
      seenTokens.delete(text)
      throw refusal('token_revoked', seen.token.id)
    }
    const isNew = seen.generation === null
    seen.generation = generation
    if (isNew) seenTokens.set(text, seen)
    return seen.token
  }

  function unknowable(error: unknown): unknown {
    if (isTokenError(error)) return error
    const message = 'Whether the session of this token has ended cannot be known now.'
    return new TokenError('revocations_unknown', message, { cause: error })
  }

  function again(text: string, seen: Seen<Claims>): VerifiedToken<Claims> | Promise<VerifiedToken<Claims>> {
    let generation: number | null
    try {
      generation = revocations.generation()
    } catch (error) {
      throw unknowable(error)
    }
    if (generation !== null && generation === seen.generation) return seen.token
    return unlessEnded({ text, seen })
  }

  function verified(text: string): VerifiedToken<Claims> | Promise<VerifiedToken<Claims>> {
    const seen = seenTokens.get(text)
    if (seen !== undefined) {
      const at = now()
      // A key may have been dropped since.
      const known = keys.get(at)
      if (isPromise(known)) return known.then(() => verifyUnseen(text))
      if (at < seen.until && at >= seen.from && at < seen.key.until + clockSkew) return again(text, seen)
      seenTokens.delete(text)
    }
    return verifyUnseen(text)
  }

  function verifyUnseen(text: string): VerifiedToken<Claims> | Promise<VerifiedToken<Claims>> {
    const jws = takeApart(text, headers)
    if (!jws) throw refusal('token_malformed')
    if (!algorithms.some((each) => isNameOf(jws.header.alg, each))) throw refusal('algorithm_refused')
    if (jws.header.typ !== typ) throw refusal('token_type_wrong')
    const key = keyOf(jws.header.kid)
    return isPromise(key) ? key.then((key) => judge(text, jws, key)) : judge(text, jws, key)
  }

  const admission = createAdmission({
    ...{ verified, possession, scope: options.scope ?? [], realm, warn, now },
    missing: () => refusal('token_missing'),
    onRefused: options.onRefused,
  })
  return { ...admission, close: () => revocations.close() }
}

const reasons = {
  token_missing: 'Send an access token in the header Authorization.',
  token_malformed: 'This is no signed token.',
  token_type_wrong: 'This is a token for another purpose.',
  algorithm_refused: 'The token is signed in a way that is not accepted.',
  key_unknown: 'The token is signed with an unknown key.',
  signature_invalid: 'The signature of the token is not right.',
  issuer_wrong: 'The token comes from another issuer.',
  audience_wrong: 'The token is for another audience.',
  token_expired: 'The token has expired.',
  token_not_yet_valid: 'The token is not valid yet.',
  claims_invalid: 'The claims of the token are not as they must be.',
  token_revoked: 'The session of the token has ended.',
} as const satisfies Partial<Record<TokenErrorCode, string>> & Record<Problem, string>

/** The name of a token whose signature is right, though the rest may be what its issuer never meant to write. */
function idIn(claims: Readonly<Record<string, unknown>> | null): string | undefined {
  const jti = claims?.jti
  return typeof jti === 'string' && /^[\x21-\x7e]{1,128}$/.test(jti) ? jti : undefined
}
