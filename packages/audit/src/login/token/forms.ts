import type { Credential } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import type { AuditOptions } from '../../options/options.ts'
import type { GivenToken } from './given.ts'

/** A way in which a token may go along with requests. */
export interface TokenForm {
  /** The header of the login's answer that the token came in; null for its body. */
  readonly from: string | null
  readonly name: string
  readonly scheme: string | null
}

const AUTHORIZATION = 'Authorization'
/** Schemes that carry no token. */
const OTHER_SCHEMES = /^(?:basic|digest|negotiate|ntlm|mutual|hoba)$/i
const CHALLENGE = /(?:^|,)\s*([a-z][\w-]*)(?=\s+[\w-]+\s*=|\s*(?:,|$))/gi
/** `authorization: 'Token ' + token`, with or without quotes. */
const SCRIPT_SCHEME = /authorization["'`]?\s*[\]:,=)\s]+["'`]([A-Za-z][\w-]*)\s/gi
const SCRIPT_HEADER = /["'`](x-[a-z-]*(?:token|auth|jwt|session|api-key)[a-z-]*)["'`]/gi
const MOST_FORMS = 8

/** The ways to send what a login gave, the likeliest first; only that of the user's options where they name one. */
export function tokenForms(
  given: readonly GivenToken[],
  { tokenHeader, tokenScheme }: Pick<AuditOptions, 'tokenHeader' | 'tokenScheme'>,
  answers: readonly Answer[],
): TokenForm[] {
  const body = given.find(({ header }) => header === null)
  if (tokenHeader !== undefined || tokenScheme !== undefined) {
    const name = tokenHeader ?? AUTHORIZATION
    const usual = name.toLowerCase() === 'authorization' ? 'Bearer' : null
    const from = given.find(({ header }) => header === name.toLowerCase()) ?? body ?? given[0]
    return from ? [{ from: from.header, name, scheme: tokenScheme ?? usual }] : []
  }
  const own = given.flatMap(({ header, scheme }): TokenForm[] =>
    header === null ? [] : [{ from: header, name: spelled(header), scheme }],
  )
  if (body === undefined) return own
  const texts = answers.filter(({ method }) => method === 'GET').map(({ body: text }) => text)
  const schemes = [
    ...(body.scheme === null ? [] : [inCase(body.scheme)]),
    ...texts.flatMap((text) => [...text.matchAll(SCRIPT_SCHEME)].map(([, scheme = '']) => scheme)),
    ...['Bearer', 'Token'],
    ...answers.flatMap(challenges),
  ].filter((scheme) => !OTHER_SCHEMES.test(scheme))
  const headers = texts
    .flatMap((text) => [...text.matchAll(SCRIPT_HEADER)].map(([, name = '']) => name))
    .filter((name) => !/csrf|xsrf|refresh/i.test(name))
  return [
    ...own,
    ...unique(schemes).map((scheme) => ({ from: null, name: AUTHORIZATION, scheme })),
    ...unique(headers).map((name) => ({ from: null, name: spelled(name.toLowerCase()), scheme: null })),
    { from: null, name: AUTHORIZATION, scheme: null },
  ].slice(0, MOST_FORMS)
}

/** The token as a request sends it. */
export function credentialOf({ name, scheme }: TokenForm, { value }: GivenToken): Credential {
  return { kind: 'header', name, value, ...(scheme === null ? {} : { scheme }) }
}

/** What a 401 asks for (RFC 9110, 11.6.1). */
function challenges({ status, headers }: Answer): string[] {
  if (status !== 401) return []
  return [...(headers['www-authenticate'] ?? '').matchAll(CHALLENGE)].map(([, scheme = '']) => scheme)
}

/** `token_type` is told without regard to case, and some sites look at that of the header. */
function inCase(scheme: string): string {
  return scheme === scheme.toLowerCase() ? scheme.charAt(0).toUpperCase() + scheme.slice(1) : scheme
}

/** `x-auth-token` as sites write it, which no cookie's name is likely to be. */
function spelled(header: string): string {
  return header.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase())
}

function unique(words: readonly string[]): string[] {
  const known = new Map<string, string>()
  for (const word of words) if (!known.has(word.toLowerCase())) known.set(word.toLowerCase(), word)
  return [...known.values()]
}
