import { isPromise } from '../../deadline/deadline.ts'
import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'
import type { StandardSchema } from '../../schema/schema.ts'
import type { DpopMode, GuardDpopOptions } from '../dpop/guard-dpop.ts'
import { type Algorithm, algorithms } from '../keys/algorithms.ts'
import type { Followed } from '../keys/followed.ts'
import type { KeyDocument, KeySet } from '../keys/key-set.ts'
import { followKeys } from '../keys/own-keys.ts'
import type { Jwks } from '../keys/public-jwks.ts'
import { mostSkew } from '../keys/rotation.ts'
import type { KeySource } from '../keys/sources.ts'
import type { Revocations } from '../revocation/revocations.ts'
import type { TokenRefused } from './admission.ts'
import { followJwks } from './remote-keys.ts'

export interface TokenGuardOptions<Claims extends object = Record<string, unknown>> {
  /** Who issues the tokens, as `tokens` has it, to the letter. */
  readonly issuer: string
  /** By which name or names this service is meant: a token for another is refused (RFC 8725 section 3.9). */
  readonly audience: string | readonly string[]
  /** The issuer's keys: what `tokens` has, in a process that may have it, or a set of public ones. */
  readonly keys?: KeySource | KeyDocument | Jwks | undefined
  /** Where the issuer publishes its keys; https, or a loopback address. */
  readonly jwksUrl?: string | URL | undefined
  /** How it is known that a session has ended; `'offline'`: it is not, and a token is good until it expires. */
  readonly revocations: Revocations | 'offline'
  /** What tokens may be signed with. Default: what there are keys for, and never HS256 beside another. */
  readonly algorithms?: readonly Algorithm[] | undefined
  /** What tokens must be called: `'JWT'` where the issuer has to call them so. Default `'at+jwt'`. */
  readonly typ?: 'at+jwt' | 'JWT' | undefined
  /** What every token must be good for; 403 otherwise. Default: nothing. */
  readonly scope?: readonly string[] | undefined
  /** A Standard Schema of the issuer's own claims: types them, and is checked. It must answer at once. */
  readonly claims?: StandardSchema<Claims> | undefined
  /** What clocks may differ: at most a minute, or 0. A token lives this much longer. Default '5s'. */
  readonly clockSkew?: Duration | undefined
  /** What challenges call this service. Default: its audience. */
  readonly realm?: string | undefined
  /** Bytes for tokens that were verified before; 0 keeps none. Default 16 MiB. */
  readonly seenBytes?: number | undefined
  /**
   * Proofs of possession (RFC 9449) of clients whose tokens are bound to a key. Default: the guard looks for none, and refuses
   * such tokens.
   */
  readonly dpop?: DpopMode | GuardDpopOptions | undefined
  /** Hears of everybody who was not let in, without a token. What it throws is a warning. */
  readonly onRefused?: ((refused: TokenRefused) => unknown) | undefined
  /** Hears of keys that can no longer be read, once a minute. Default console.warn. */
  readonly warn?: ((message: string) => void) | undefined
  /** Milliseconds since the epoch. Default Date.now; tests give their own. */
  readonly now?: (() => number) | undefined
}

// A record, so that the compiler says when an option is missing here.
const knownOptions: Record<keyof TokenGuardOptions, true> = {
  issuer: true,
  audience: true,
  keys: true,
  jwksUrl: true,
  revocations: true,
  algorithms: true,
  typ: true,
  scope: true,
  claims: true,
  clockSkew: true,
  realm: true,
  seenBytes: true,
  dpop: true,
  onRefused: true,
  warn: true,
  now: true,
}

/** What a guard works with. */
export interface GuardSettings {
  readonly audiences: readonly string[]
  readonly keys: Followed<KeySet>
  readonly algorithms: readonly Algorithm[]
  /** Milliseconds. */
  readonly clockSkew: number
  readonly realm: string
}

const asymmetric = algorithms.filter((each) => each !== 'HS256')

/** @throws SessionError `config_invalid` for a guard that would let in too much or nobody, saying what to write */
export function settingsOf(
  options: TokenGuardOptions<object>,
  warn: (message: string) => void,
): GuardSettings {
  refuseUnknown('createTokenGuard', options, knownOptions)
  const { issuer, audience, revocations, typ = 'at+jwt', claims, seenBytes = 0 } = options
  if (typeof issuer !== 'string' || issuer === '')
    refuse("needs the issuer whose tokens it lets in. Write issuer: 'https://id.example.com'.")
  const audiences = typeof audience === 'string' ? [audience] : audience
  if (
    !Array.isArray(audiences) ||
    audiences.length === 0 ||
    audiences.some((each) => typeof each !== 'string' || !each)
  )
    refuse(
      "needs its audience: tokens for other services would be good here. Write audience: 'https://api.example.com'.",
    )
  if (revocations === undefined)
    refuse("needs revocations. Write a feed, or revocations: 'offline' where a token may outlive a logout.")
  if (revocations !== 'offline' && typeof revocations?.isEnded !== 'function')
    refuse(
      "revocations must be 'offline', or have generation() and isEnded(token). Write revocations: endedFeed(store).",
    )
  if (typ !== 'at+jwt' && typ !== 'JWT') refuse("typ must be 'at+jwt' or 'JWT'.")
  if (claims !== undefined && claims?.['~standard']?.version !== 1)
    refuse('claims is no Standard Schema (standardschema.dev).')
  if (!Number.isInteger(seenBytes) || seenBytes < 0)
    refuse('seenBytes must be a number of bytes. Write 16777216.')
  checkedScope('createTokenGuard', options.scope)
  const named = namedAlgorithms(options)
  const clockSkew = skewOf(options.clockSkew ?? '5s')
  return { audiences, clockSkew, realm: options.realm ?? audiences[0] ?? '', ...keysOf(options, named, warn) }
}

/** @throws SessionError `config_invalid` for a text, whose letters would each be a scope */
export function checkedScope(what: string, scope: readonly string[] = []): readonly string[] {
  if (Array.isArray(scope) && scope.every((each) => typeof each === 'string' && each !== '')) return scope
  throw new SessionError('config_invalid', `${what}: scope is no list. Write scope: ['orders:read'].`)
}

/** Null where none are named. */
function namedAlgorithms({ algorithms: named }: TokenGuardOptions<object>): readonly Algorithm[] | null {
  if (named === undefined) return null
  const odd = named.find((each) => !algorithms.includes(each))
  if (odd !== undefined || named.length === 0)
    refuse(
      `algorithms must be some of ${algorithms.join(', ')}${odd ? `, and ${odd} is none of them` : ''}. Write ['EdDSA'].`,
    )
  if (named.includes('HS256') && named.length > 1)
    refuse(
      "HS256 must stand alone: who knows a public key could sign with it. Write algorithms: ['EdDSA'], or ['HS256'].",
    )
  return named
}

function keysOf(
  { keys, jwksUrl, now = Date.now }: TokenGuardOptions<object>,
  named: readonly Algorithm[] | null,
  warn: (message: string) => void,
): Pick<GuardSettings, 'keys' | 'algorithms'> {
  if ((keys === undefined) === (jwksUrl === undefined))
    refuse(
      "needs keys or jwksUrl, and not both. Write jwksUrl: 'https://id.example.com/.well-known/jwks.json'.",
    )
  if (jwksUrl !== undefined) {
    if (named?.includes('HS256'))
      refuse("HS256 has no public keys, so it cannot go with jwksUrl. Write keys, or ['EdDSA'].")
    return { keys: followJwks(checkedUrl(jwksUrl), { now, warn }), algorithms: named ?? asymmetric }
  }
  const followed = followKeys('createTokenGuard', keys as KeySource | KeyDocument, now, warn)
  const set = followed.get()
  if (isPromise(set)) return { keys: followed, algorithms: named ?? asymmetric }
  const kinds = new Set(set.keys.map(({ algorithm }) => algorithm))
  const isMixed = kinds.has('HS256') && kinds.size > 1
  if (isMixed && !named)
    refuse(
      "keys has a symmetric key beside public ones. Say which are meant: algorithms: ['EdDSA'], or ['HS256'].",
    )
  const allowed = named ?? [...kinds]
  if (!allowed.some((each) => kinds.has(each))) refuse(`keys has none for ${allowed.join(' or ')}.`)
  return { keys: followed, algorithms: allowed }
}

function checkedUrl(given: string | URL): URL {
  const url = URL.canParse(String(given)) ? new URL(given) : null
  const example = "Write jwksUrl: 'https://id.example.com/.well-known/jwks.json'."
  if (!url) refuse(`jwksUrl is no URL. ${example}`)
  const isLoopback = /^(localhost|(.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
    refuse(`jwksUrl is not https: whoever is in between would choose the keys. ${example}`)
  if (url.username !== '' || url.password !== '') refuse(`jwksUrl has a password in it. ${example}`)
  return url
}

function skewOf(skew: Duration): number {
  const ms = skew === 0 ? 0 : parseDuration(skew, 'clockSkew')
  if (ms <= mostSkew * 1000) return ms
  refuse(`clockSkew is ${ms} ms, and every token lives that much longer: at most ${mostSkew} s. Write '5s'.`)
}

function refuse(problem: string): never {
  throw new SessionError('config_invalid', `createTokenGuard: ${problem}`)
}
