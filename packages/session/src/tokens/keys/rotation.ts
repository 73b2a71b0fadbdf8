import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'
import { type Algorithm, algorithms } from './algorithms.ts'
import { loadJose } from './jose.ts'
import type { Jwk } from './jwk.ts'
import { type KeyDocument, type ManagedJwk, readKeySet } from './key-set.ts'

export interface NewKeysOptions {
  /** What tokens are signed with. Default `['EdDSA']`; `'ES256'` and `'RS256'` for verifiers that know no Ed25519. */
  readonly algorithms?: readonly Algorithm[] | undefined
  /** How long a token of these keys lives at most: `tokens` refuses a longer lifetime. Default '5m'. */
  readonly lifetime?: Duration | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

export interface RotateOptions {
  /** True lets keys sign that were made a moment ago: verifiers may not have heard of them. Default false. */
  readonly atOnce?: boolean | undefined
  /** True drops the keys that sign and signed, and with them every token there is: somebody has a copy. Default false. */
  readonly compromised?: boolean | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

/** Seconds for which the old key may go on signing: servers read the new keys every 30 s. */
const takeOver = 60
/** Seconds by which the clocks of verifiers may differ at most. */
export const mostSkew = 60
/** Seconds after which everybody who follows the published keys has a new one: twice their max-age. */
const publication = 600

/**
 * Keys for each algorithm: one that signs, and the next one.
 * @throws SessionError `config_invalid`
 */
export async function newKeys(options: NewKeysOptions = {}): Promise<KeyDocument> {
  refuseUnknown('newKeys', options, { algorithms: true, lifetime: true, now: true })
  const { algorithms: wanted = ['EdDSA'], now = Date.now } = options
  const lifetime = Math.floor(parseDuration(options.lifetime ?? '5m', 'lifetime') / 1000)
  const odd = wanted.find((each) => !algorithms.includes(each))
  if (odd !== undefined || wanted.length === 0 || new Set(wanted).size < wanted.length)
    throw new SessionError(
      'config_invalid',
      `newKeys: algorithms must be some of ${algorithms.join(', ')}. Write ['EdDSA'].`,
    )
  const since = Math.floor(now() / 1000)
  const keys = await Promise.all(
    wanted.flatMap((algorithm) => [made(algorithm, 'current', since), made(algorithm, 'next', since)]),
  )
  return checked({ lifetime, keys })
}

/**
 * The next keys sign, those that signed verify until their last token is gone, and there are new next ones.
 * @throws SessionError `config_invalid` when the next keys are so new that not every verifier has them
 */
export async function rotatedKeys(document: KeyDocument, options: RotateOptions = {}): Promise<KeyDocument> {
  refuseUnknown('rotatedKeys', options, { atOnce: true, compromised: true, now: true })
  const { atOnce = false, compromised = false, now = Date.now } = options
  const { lifetime } = readKeySet(document)
  const at = Math.floor(now() / 1000)
  const until = at + takeOver + lifetime
  const { keys } = document
  const youngest = Math.max(...keys.map(({ state, since = 0 }) => (state === 'next' ? since : 0)))
  if (!atOnce && !compromised && at < youngest + publication)
    throw new SessionError(
      'config_invalid',
      `The next key was made ${at - youngest} s ago, and verifiers may need ${publication} s to hear of it. Rotate later, ` +
        'or at once (latchkey-keys rotate --at-once), where all of them ask for keys that they do not know.',
    )
  const rotated: ManagedJwk[] = []
  for (const algorithm of algorithms) {
    const own = keys.filter((key) => algorithmOf(key) === algorithm)
    if (own.length === 0) continue
    const current = own.filter(({ state = 'current' }) => state === 'current')
    const next = own.find(({ state }) => state === 'next') ?? (await made(algorithm, 'next', at))
    const retired = own.filter((key) => key.state === 'retired' && (key.until ?? 0) + mostSkew > at)
    rotated.push({ ...next, state: 'current', since: at }, await made(algorithm, 'next', at))
    if (compromised) continue
    rotated.push(
      ...current.map((key): ManagedJwk => ({ ...key, state: 'retired', since: at, until })),
      ...retired,
    )
  }
  return checked({ lifetime, keys: rotated })
}

function algorithmOf(key: ManagedJwk): Algorithm | undefined {
  return readKeySet({ keys: [key] }).keys[0]?.algorithm
}

/** Of RFC 7638's names for keys, that of a symmetric one would be a hash of the secret: it gets a name by chance. */
async function made(algorithm: Algorithm, state: 'current' | 'next', since: number): Promise<ManagedJwk> {
  const jose = await loadJose('Making keys')
  if (algorithm === 'HS256') {
    const secret = await jose.exportJWK(await jose.generateSecret('HS256', { extractable: true }))
    return { ...jwkOf(secret), kid: crypto.randomUUID(), use: 'sig', alg: algorithm, state, since }
  }
  const { privateKey } = await jose.generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 })
  const jwk = await jose.exportJWK(privateKey)
  const kid = await jose.calculateJwkThumbprint(jwk)
  return { ...jwkOf(jwk), kid, use: 'sig', alg: algorithm, state, since }
}

function jwkOf({ kty = '', ...members }: { readonly kty?: string | undefined }): Jwk {
  return { kty, ...members }
}

function checked(document: KeyDocument): KeyDocument {
  try {
    readKeySet(document)
  } catch (error) {
    throw new SessionError('config_invalid', (error as Error).message, { cause: error })
  }
  return document
}
