import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { ended } from '../../request/lost-session.ts'
import type { StandardSchema } from '../../schema/schema.ts'
import { schemes } from '../keys/algorithms.ts'
import type { Key } from '../keys/key-set.ts'
import { claimText, ownClaims } from './claims.ts'
import { tokenId } from './token-id.ts'

export interface IssuedFor<Audience extends string> {
  /** Who verifies the token (`aud`), by the name that it knows itself by. */
  readonly audience: Audience
  /** Which client it is given to (`client_id`). */
  readonly clientId: string
  /** What it is good for (`scope`, RFC 6749 section 3.3). Default: no scope is named. */
  readonly scope?: readonly string[] | undefined
  /**
   * SHA-256 thumbprint of the client's key (RFC 7638, `dpop_jkt`): the token is good with proofs by it alone (`cnf`,
   * RFC 9449 section 6). Default: it is good for whoever has it.
   */
  readonly dpop?: string | undefined
}

/** With claims of the application's own; they can be left out where the schema asks for none. */
export type AccessTokenOptions<Claims extends object, Audience extends string> = IssuedFor<Audience> &
  (Record<never, never> extends Claims
    ? { readonly claims?: Claims | undefined }
    : { readonly claims: Claims })

export interface AccessToken {
  /** For `Authorization: Bearer`. It is a secret for as long as it lives. */
  readonly token: string
  /** Its name (`jti`), safe in logs. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** The session that a token comes from. Times are milliseconds since the epoch. */
export interface Subject {
  readonly userId: string
  readonly sid: string
  readonly authenticatedAt: number | null
  readonly methods: readonly string[]
  /** When the store was asked whether it is live: an ending from then on is younger than the token. */
  readonly at: number
  /** Its earliest end. */
  readonly endsAt: number
}

export interface Signing {
  readonly issuer: string
  readonly typ: 'at+jwt' | 'JWT'
  readonly key: Key
  /** Seconds. */
  readonly lifetime: number
  readonly schema: StandardSchema | undefined
}

/** Bytes. nginx takes a header line of 8 KiB, and every other server more. */
export const mostTokenBytes = 7168

const optionNames = { audience: true, clientId: true, scope: true, dpop: true, claims: true } as const

/**
 * @throws SessionError `session_ended` where the session's time is up within a second, `value_not_json`, `value_invalid`,
 *   `token_too_large`
 */
export async function issue(
  { issuer, typ, key, lifetime, schema }: Signing,
  { userId, sid, authenticatedAt, methods, at, endsAt }: Subject,
  options: AccessTokenOptions<object, string>,
): Promise<AccessToken> {
  refuseUnknown('accessToken', options, optionNames)
  const { audience, clientId, scope, dpop } = options
  const own = await ownClaims(options.claims, schema)
  // Whole seconds: what has a fraction is 1970 to some verifiers. Rounded down, so that no token outlives its session.
  const iat = Math.floor(at / 1000)
  const exp = Math.min(iat + lifetime, Math.floor(endsAt / 1000))
  if (exp * 1000 <= at) throw ended()
  const id = tokenId(at)
  const claims = {
    iss: issuer,
    aud: filled(audience, 'audience'),
    sub: userId,
    client_id: filled(clientId, 'clientId'),
    sid,
    jti: id,
    iat,
    exp,
    ...(authenticatedAt !== null && { auth_time: Math.floor(authenticatedAt / 1000) }),
    ...(methods.length > 0 && { amr: methods.map((each) => claimText(each, 'amr')) }),
    ...(scope !== undefined && scope.length > 0 && { scope: scopeText(scope) }),
    ...(dpop !== undefined && { cnf: { jkt: thumbprint(dpop) } }),
    ...own,
  }
  const token = signed({ alg: key.algorithm, typ, kid: key.kid }, claims, key)
  if (token.length > mostTokenBytes) throw tooLarge(token.length)
  return { token, id, expiresAt: exp * 1000 }
}

function signed(header: object, claims: object, { algorithm, signs }: Key): string {
  if (!signs) throw new SessionError('config_invalid', 'tokens: this key signs nothing.')
  const text = `${encoded(header)}.${encoded(claims)}`
  const signature = schemes[algorithm].sign(Buffer.from(text, 'latin1'), signs)
  return `${text}.${signature.toString('base64url')}`
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

export function filled(text: unknown, what: string): string {
  const checked = claimText(text, what)
  if (checked !== '') return checked
  throw new SessionError('value_invalid', `accessToken: ${what} is empty; no token was issued.`)
}

export function scopeText(scope: readonly string[]): string {
  if (!Array.isArray(scope))
    throw new SessionError('value_invalid', "accessToken: scope is no list. Write scope: ['orders:read'].")
  const odd = scope.findIndex((each) => typeof each !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(each))
  if (odd < 0) return scope.join(' ')
  throw new SessionError(
    'value_invalid',
    `accessToken: scope[${odd}] is no scope (RFC 6749 section 3.3): one word of printable ASCII; no token was issued.`,
  )
}

/** @throws SessionError `value_invalid` */
export function thumbprint(text: string): string {
  if (typeof text === 'string' && /^[\w-]{43}$/.test(text)) return text
  throw new SessionError(
    'value_invalid',
    'accessToken: dpop is no SHA-256 thumbprint of a key (RFC 7638), 43 base64url characters; no token was issued.',
  )
}

function tooLarge(bytes: number): SessionError {
  return new SessionError(
    'token_too_large',
    `The token would have ${bytes} bytes, and servers refuse headers of over 8 KiB: at most ${mostTokenBytes} are issued. ` +
      'Put less into its claims, or let who verifies it ask for them.',
  )
}
