import { timeOfTokenId } from '../issue/token-id.ts'

/** The claims that every access token has, or may have (RFC 9068 section 2.2). Times are seconds since the epoch. */
export interface TokenClaims {
  readonly iss: string
  readonly aud: string | readonly string[]
  readonly sub: string
  readonly sid: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly nbf?: number
  readonly client_id?: string
  readonly scope?: string
  readonly auth_time?: number
  readonly amr?: readonly string[]
  readonly cnf?: unknown
}

/** A token that was let in. It is frozen: every request with the same token is given the same object. */
export interface VerifiedToken<Claims extends object = Record<string, unknown>> {
  /** Whose session it came from (`sub`). */
  readonly userId: string
  /** Which session that was, safe in logs. */
  readonly sid: string
  /** The token's name (`jti`), safe in logs. */
  readonly id: string
  /** Which client it was given to; null where it does not say. */
  readonly clientId: string | null
  /** What it is good for; empty where it does not say. */
  readonly scope: readonly string[]
  /** Whether it is bound to a key (`cnf`), and came with a proof by that. */
  readonly isBound: boolean
  /** Milliseconds since the epoch. */
  readonly issuedAt: number
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** All of it, own claims included. */
  readonly claims: Readonly<Claims> & TokenClaims
}

export interface Expected {
  readonly issuer: string
  readonly audiences: readonly string[]
  /** Milliseconds. */
  readonly clockSkew: number
}

export type Problem =
  | 'claims_invalid'
  | 'issuer_wrong'
  | 'audience_wrong'
  | 'token_expired'
  | 'token_not_yet_valid'

const noScope: readonly string[] = Object.freeze([])

// Seconds beyond which a Date ends: also what was written in milliseconds by mistake is far below.
const lastSecond = 8.64e12

/** What is wrong with the claims at a time; null where nothing is. */
export function problemOf(
  claims: Readonly<Record<string, unknown>>,
  { issuer, audiences, clockSkew }: Expected,
  now: number,
): Problem | null {
  const { iss, aud, sub, sid, jti, exp, iat, nbf, client_id: clientId, scope } = claims
  if (iss !== issuer) return typeof iss === 'string' ? 'issuer_wrong' : 'claims_invalid'
  if (!isText(sub) || !isText(sid) || !isText(jti)) return 'claims_invalid'
  if (!isTime(exp) || !isTime(iat) || !(nbf === undefined || isTime(nbf))) return 'claims_invalid'
  if (!isOptionalText(clientId) || !isOptionalText(scope)) return 'claims_invalid'
  if (typeof aud === 'string') {
    if (!audiences.includes(aud)) return 'audience_wrong'
  } else {
    if (!Array.isArray(aud) || !aud.every((each) => typeof each === 'string')) return 'claims_invalid'
    if (!aud.some((each) => audiences.includes(each))) return 'audience_wrong'
  }
  if (!(now < exp * 1000 + clockSkew)) return 'token_expired'
  if (!(now >= Math.max(iat, nbf ?? 0) * 1000 - clockSkew)) return 'token_not_yet_valid'
  return null
}

/** @param claims without a problem */
export function verifiedToken<Claims extends object>(
  claims: Readonly<Record<string, unknown>>,
): VerifiedToken<Claims> {
  const known = claims as unknown as TokenClaims
  const { sub, sid, jti, iat, exp, client_id: clientId = null, scope = '', cnf } = known
  const time = timeOfTokenId(jti)
  freeze(claims)
  return Object.freeze({
    userId: sub,
    sid,
    id: jti,
    clientId,
    scope: scope === '' ? noScope : Object.freeze(scope.split(' ')),
    isBound: cnf !== undefined,
    // An issuer that names tokens otherwise is taken by its whole seconds: too early ends too much, and never too little.
    issuedAt: time !== null && Math.floor(time / 1000) === iat ? time : iat * 1000,
    expiresAt: exp * 1000,
    claims: claims as Readonly<Claims> & TokenClaims,
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.isWellFormed() && !value.includes('\0')
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value)
}

function isTime(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= lastSecond
}

function freeze(value: object): void {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member)
  Object.freeze(value)
}
