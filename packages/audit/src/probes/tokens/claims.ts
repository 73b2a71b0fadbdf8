import { looksRandom } from '../../network/redaction/secrets.ts'
import type { Jws } from './jws.ts'

type Claims = Readonly<Record<string, unknown>>
type Leaf = readonly [path: string, value: unknown]

const DEEPEST = 4
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/
const HASH = /^\$(?:2[abxy]?|argon2\w*|scrypt|pbkdf2[\w-]*|5|6|y)\$/

const SECRET_NAME =
  /^(?:pass(?:word|wd|phrase)?|pwd|pass(?:word)?_?hash|hashed_?password|totp_?secret|mfa_?secret|pin)$/i
/** Names of OpenID Connect Core 1.0, 5.1, and what else sites call them. */
const NAMES: readonly (readonly [what: string, name: RegExp, value: RegExp])[] = [
  ['an e-mail address', /./, EMAIL],
  [
    'a telephone number',
    /^(?:phone(?:_?number)?|mobile(?:_?number)?|tel(?:ephone)?|msisdn)$/i,
    /^\+?[\d ()./-]{7,}$/,
  ],
  ['a date of birth', /^(?:birth_?date|birthday|date_?of_?birth|dob)$/i, /\d{2,4}/],
  [
    'a postal address',
    /^(?:street_?address|address|postal_?address|post_?code|postal_?code|zip_?code)$/i,
    /\w{3}/,
  ],
  [
    'a name',
    /^(?:full_?name|given_?name|first_?name|family_?name|last_?name|sur_?name)$/i,
    /^\p{L}[\p{L} .'-]+$/u,
  ],
  ['a name', /^(?:name|display_?name)$/i, /^\p{L}[\p{L}.'-]* [\p{L} .'-]+$/u],
]
/** Registered claims that say nothing about a person (RFC 7519, 4.1). */
const TECHNICAL = /^(?:iss|aud|azp|client_id|scope)$/

/** Which claims hold something personal or secret: their names, and what it is. */
export function personalClaims({ claims }: Pick<Jws, 'claims'>): { claim: string; what: string }[] {
  return leavesOf(claims).flatMap(([claim, value]) => {
    const name = claim.split('.').at(-1) ?? ''
    const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
    if (text === '' || TECHNICAL.test(name)) return []
    if (HASH.test(text) || (SECRET_NAME.test(name) && typeof value === 'string')) {
      return [{ claim, what: 'a password, or what it is known by' }]
    }
    const found = NAMES.find(([, names, values]) => names.test(name) && values.test(text))
    return found === undefined ? [] : [{ claim, what: found[0] }]
  })
}

/** Seconds from its issue to its end; null where no number says when it ends. */
export function lifetimeOf({ claims: { exp, iat, nbf } }: Pick<Jws, 'claims'>, now: number): number | null {
  if (typeof exp !== 'number') return null
  const from = [iat, nbf, now].find((time): time is number => typeof time === 'number') ?? now
  return Math.round(exp - from)
}

/** Claims by which a site may know a session or a token of its own (RFC 7519, 4.1.7; OpenID Connect's sid). */
const OWN_IDS = /^(?:(?:origin_)?jti|sid|session(?:_?id)?|token_?id|ticket)$/i

/** The same claims with other IDs of the session, where they look random; null where none does. */
export function withMadeUpIds(claims: Claims, makeUp: (value: string) => string): Claims | null {
  const random = Object.entries(claims).filter(
    ([name, value]) => typeof value === 'string' && OWN_IDS.test(name) && looksRandom(value),
  )
  if (random.length === 0) return null
  return { ...claims, ...Object.fromEntries(random.map(([name, value]) => [name, makeUp(String(value))])) }
}

/** The same claims of a token that ended a day ago. */
export function endedADayAgo(claims: Claims, now: number): Claims {
  const times = Object.entries({ iat: 2, nbf: 2, auth_time: 2, exp: 1 }).flatMap(([name, days]) =>
    typeof claims[name] === 'number' ? [[name, Math.floor(now) - days * 86_400] as const] : [],
  )
  return { ...claims, ...Object.fromEntries(times) }
}

function leavesOf(claims: Claims, path = '', depth = 0): Leaf[] {
  return Object.entries(claims).flatMap(([name, value]): Leaf[] => {
    const at = path === '' ? name : `${path}.${name}`
    if (typeof value !== 'object' || value === null) return [[at, value]]
    return depth === DEEPEST ? [] : leavesOf(value as Claims, at, depth + 1)
  })
}
