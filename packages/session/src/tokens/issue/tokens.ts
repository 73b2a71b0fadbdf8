import { isPromise } from '../../deadline/deadline.ts'
import { SessionError } from '../../errors.ts'
import { safeWarn } from '../../events/listener.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'
import type { StandardSchema } from '../../schema/schema.ts'
import { type Algorithm, algorithms } from '../keys/algorithms.ts'
import { type Key, type KeyDocument, type KeySet, signingKey } from '../keys/key-set.ts'
import { followKeys } from '../keys/own-keys.ts'
import { publicJwks } from '../keys/public-jwks.ts'
import type { KeySource } from '../keys/sources.ts'
import { issue } from './access-token.ts'
import type { Issuer, RefreshSettings } from './issuer.ts'
import { createTokenLayer, type TokenLayer } from './token-layer.ts'

export interface AudienceOptions {
  /**
   * What the token's header calls it: `JWT` for verifiers that refuse `at+jwt` (libjwt 1, Hono without its `typ`
   * option). Default `at+jwt` (RFC 9068 section 2.1).
   */
  readonly typ?: 'at+jwt' | 'JWT' | undefined
  /** What its tokens are signed with. Default EdDSA, or else what there is a key for. */
  readonly alg?: Algorithm | undefined
}

export interface TokensOptions<Claims extends object, Audience extends string> {
  /** Who issues the tokens (`iss`): a URL of yours, as a rule. Verifiers compare it by the letter. */
  readonly issuer: string
  /** `keysFromFile`, `keysFromEnvironment`, `keysFromStore`, or the keys themselves, as `newKeys` makes them. */
  readonly keys: KeySource | KeyDocument
  /** How long a token lives, unless its session ends before. Whole seconds. Default '5m', or the keys' if shorter. */
  readonly lifetime?: Duration | undefined
  /** The audiences that there are; tokens for others are refused. Default: any. */
  readonly audiences?: Readonly<Record<Audience, AudienceOptions>> | undefined
  /** A Standard Schema of the application's own claims: types them, and is checked before a token is signed. */
  readonly claims?: StandardSchema<Claims> | undefined
  /** Refresh tokens, which a client keeps in place of a cookie: `session.refreshToken`. Default: there are none. */
  readonly refresh?: RefreshOptions | undefined
  /** Hears of keys that can no longer be read, once a minute. Default console.warn. */
  readonly warn?: ((message: string) => void) | undefined
  /** Milliseconds since the epoch, for the keys. Default Date.now; tests give their own. */
  readonly now?: (() => number) | undefined
}

export interface RefreshOptions {
  /**
   * Name of the policy in `policies` whose times refresh tokens have: how long one lives unused, and since its user
   * authenticated. Each use replaces it, whatever the policy says.
   */
  readonly policy: string
  /**
   * For how long after its use a replaced token may come again while nobody has used its successor, as where the answer was
   * lost; it is given the same successor. Later it ends its session, for somebody must have a copy. Well below the
   * lifetime of access tokens, or a thief can keep in step with the client. Tokens that are bound to a key may come again
   * at any time. Default '1m'.
   */
  readonly repeatFor?: Duration | undefined
  /** Refresh tokens that one session may have; one more ends the oldest. Default 10. */
  readonly perSession?: number | undefined
}

/** Issues tokens for the sessions of `createSessions({ tokens })`. */
export interface Tokens<Claims extends object = Record<string, unknown>, Audience extends string = string>
  extends Issuer {
  /** @internal */
  readonly layer: TokenLayer
  /** @internal What sessions are typed by. */
  readonly '~types'?: { readonly claims: Claims; readonly audience: Audience } | undefined
}

const fiveMinutes = 300

/**
 * Short-lived access tokens (RFC 9068) from live sessions.
 * @throws SessionError `config_invalid` for a configuration that cannot work, saying what to write instead
 */
export function tokens<Claims extends object = Record<string, unknown>, Audience extends string = string>(
  options: TokensOptions<Claims, Audience>,
): Tokens<Claims, Audience> {
  const { issuer, keys, claims, now = Date.now } = options
  const refresh = options.refresh === undefined ? null : refreshSettings(options.refresh)
  refuseInvalid(options)
  const audiences: Readonly<Record<string, AudienceOptions>> | undefined = options.audiences
  const wanted = options.lifetime === undefined ? null : seconds(options.lifetime)
  const followed = followKeys('tokens', keys, now, safeWarn(options.warn ?? console.warn))

  function audienceOf(name: string): AudienceOptions {
    if (!audiences) return {}
    if (Object.hasOwn(audiences, name)) return audiences[name] ?? {}
    throw new SessionError(
      'config_invalid',
      `accessToken: tokens has no audience ${JSON.stringify(name)}. It has ${Object.keys(audiences).join(', ')}.`,
    )
  }

  function lifetimeOf(set: KeySet): number {
    if (wanted === null) return Math.min(fiveMinutes, set.lifetime)
    if (wanted <= set.lifetime) return wanted
    throw new SessionError(
      'config_invalid',
      `tokens: lifetime is ${wanted} s, and these keys are retired after ${set.lifetime} s. Make keys with ` +
        `latchkey-keys new --lifetime ${wanted}s, or shorten it.`,
    )
  }

  function keyFor(set: KeySet, alg: Algorithm | undefined): Key {
    const asked = alg === undefined ? algorithms : [alg]
    const key = asked.map((algorithm) => signingKey(set, algorithm)).find((each) => each !== null)
    if (key) return key
    throw new SessionError(
      'config_invalid',
      `tokens: there is no key that signs ${asked.join(' or ')}. Make one with latchkey-keys new --alg ${asked[0]}.`,
    )
  }

  function refuseUnfit(set: KeySet): void {
    lifetimeOf(set)
    keyFor(set, undefined)
    for (const { alg } of Object.values(audiences ?? {})) keyFor(set, alg)
  }

  const first = followed.get()
  if (!isPromise(first)) refuseUnfit(first)

  const issuing: Issuer = {
    issuer,
    lifetime: (wanted ?? fiveMinutes) * 1000,
    refresh,
    now,
    keySet: () => followed.get(),
    assertAudience: (name) => void audienceOf(name),
    publicJwks: async () => publicJwks(await followed.get(), now()),
    async issue(subject, wish) {
      const { typ = 'at+jwt', alg } = audienceOf(wish.audience)
      const set = await followed.get()
      const signing = { issuer, typ, key: keyFor(set, alg), lifetime: lifetimeOf(set), schema: claims }
      return issue(signing, subject, wish)
    },
  }
  return { ...issuing, layer: createTokenLayer(issuing) }
}

function refuseInvalid(options: TokensOptions<object, string>): void {
  refuseUnknown('tokens', options, {
    issuer: true,
    keys: true,
    lifetime: true,
    audiences: true,
    claims: true,
    refresh: true,
    warn: true,
    now: true,
  })
  const { issuer, keys, claims, audiences = {} } = options
  if (typeof issuer !== 'string' || !/^[\x21-\x7e]+$/.test(issuer))
    throw new SessionError(
      'config_invalid',
      "tokens needs an issuer. Write issuer: 'https://id.example.com'.",
    )
  if (keys === undefined)
    throw new SessionError('config_invalid', "tokens needs keys. Write keys: keysFromFile('keys.json').")
  if (claims !== undefined && (claims as StandardSchema)['~standard']?.version !== 1)
    throw new SessionError('config_invalid', 'tokens: claims is no Standard Schema (standardschema.dev).')
  for (const [name, audience] of Object.entries<AudienceOptions>(audiences)) {
    refuseUnknown(`The audience ${JSON.stringify(name)}`, audience, { typ: true, alg: true })
    const { typ = 'at+jwt', alg = 'EdDSA' } = audience
    if (typ !== 'at+jwt' && typ !== 'JWT')
      throw new SessionError('config_invalid', `tokens: the typ of ${name} must be 'at+jwt' or 'JWT'.`)
    if (!algorithms.includes(alg))
      throw new SessionError(
        'config_invalid',
        `tokens: the alg of ${name} must be one of ${algorithms.join(', ')}.`,
      )
  }
}

function refreshSettings(options: RefreshOptions): RefreshSettings {
  refuseUnknown('tokens.refresh', options, { policy: true, repeatFor: true, perSession: true })
  const { policy, perSession = 10 } = options
  if (typeof policy !== 'string')
    throw new SessionError(
      'config_invalid',
      "tokens.refresh needs a policy. Write refresh: { policy: 'refresh' }, and give createSessions policies: { refresh: { … } }.",
    )
  if (!Number.isInteger(perSession) || perSession < 1)
    throw new SessionError(
      'config_invalid',
      'tokens.refresh: perSession must be a whole number from 1. Write 10.',
    )
  return { policy, perSession, repeatFor: parseDuration(options.repeatFor ?? '1m', 'repeatFor') }
}

function seconds(lifetime: Duration): number {
  const ms = parseDuration(lifetime, 'lifetime')
  if (ms >= 1000) return Math.floor(ms / 1000)
  throw new SessionError('config_invalid', `lifetime: ${ms} ms is less than a second. Write '5m'.`)
}
