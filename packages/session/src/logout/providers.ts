import type { JSONWebKeySet } from 'jose'
import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'

/** Who may say that sessions are over, and by which keys. */
export interface LogoutProvider {
  /** As its tokens have it, to the letter (claim `iss`), and as `login` was told (`from.issuer`). */
  readonly issuer: string
  /** What its tokens call this application (claim `aud`): the `client_id`, or what a stream of signals was made for. */
  readonly audience: string | readonly string[]
  /** Its keys, or where they are: the `jwks_uri` of its metadata. */
  readonly jwks: string | JSONWebKeySet
  /** Default: every signature by a private key that jose knows. */
  readonly algorithms?: readonly string[] | undefined
}

export const asymmetric: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

const known = { issuer: true, audience: true, jwks: true, algorithms: true } as const

/** @throws SessionError `config_invalid` */
export function refuseInvalidProviders(what: string, providers: readonly LogoutProvider[]): void {
  const invalid = (problem: string) =>
    new SessionError(
      'config_invalid',
      `${what}: ${problem}. Write providers: [{ issuer: 'https://id.example.com', audience: clientId, jwks: 'https://id.example.com/jwks' }].`,
    )
  if (!Array.isArray(providers) || providers.length === 0) throw invalid('there is no provider')
  const issuers = new Set<string>()
  for (const provider of providers as readonly LogoutProvider[]) {
    refuseUnknown(`${what}.providers`, provider, known)
    const { issuer, audience, jwks, algorithms = asymmetric } = provider
    if (typeof issuer !== 'string' || issuer === '') throw invalid('a provider has no issuer')
    if (issuers.has(issuer)) throw invalid(`${JSON.stringify(issuer)} is there twice`)
    issuers.add(issuer)
    const audiences = [audience].flat()
    if (audiences.length === 0 || audiences.some((each: unknown) => typeof each !== 'string' || each === ''))
      throw invalid(`${JSON.stringify(issuer)} has no audience`)
    if (typeof jwks === 'string' ? !isSafeAddress(jwks) : !Array.isArray(jwks?.keys))
      throw invalid(`jwks of ${JSON.stringify(issuer)} is neither keys nor an https address`)
    const other = algorithms.find((each) => !asymmetric.includes(each))
    if (other !== undefined) throw invalid(`${JSON.stringify(other)} is not a signature by a private key`)
  }
}

/** https, or this machine: who can change keys on their way can end every session. */
export function isSafeAddress(text: unknown): text is string {
  if (typeof text !== 'string') return false
  const url = URL.parse(text)
  const isHere = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere)
}
