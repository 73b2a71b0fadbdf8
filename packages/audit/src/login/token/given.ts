import type { Answer } from '../../network/http.ts'
import { parseJson } from '../../network/json.ts'

/** A token that a login's answer gives to the page's script. */
export interface GivenToken {
  readonly value: string
  /** The answer's header that it came in; null for its body. */
  readonly header: string | null
  /** The word in front of it, or beside it as `token_type` (RFC 6749, 5.1); null where there is none. */
  readonly scheme: string | null
}

/** The likelier names first. */
const MEMBERS = [
  /^access_?token$/i,
  /^(?:x_?)?(?:auth|session|api|user|bearer)_?token$/i,
  /^(?:token|jwt|bearer|auth_?key|key)$/i,
  /^id_?token$/i,
]
const REFRESH = /^refresh_?token$/i
const HEADER = /^(?:authorization|(?:[a-z]+-)*(?:token|jwt|session-id))$/
const NOT_OURS = /csrf|xsrf|request|refresh|trace|cancel|page|sync/
const JWT = /^[\w-]{10,}\.[\w-]{10,}\.[\w-]*$/
const SHORTEST = 16
const DEEPEST = 2

type Member = readonly [name: string, value: unknown]

/** Every token in a login's answer, headers first: those are there for nothing else. */
export function givenTokens({ headers, body }: Answer): GivenToken[] {
  const inHeaders = Object.entries(headers).filter(([name]) => HEADER.test(name) && !NOT_OURS.test(name))
  const members = membersOf(body)
  const type = members.find(([name]) => /^token_?type$/i.test(name))?.[1]
  const named = MEMBERS.flatMap((pattern) => members.filter(([name]) => pattern.test(name)))
  return [
    ...inHeaders.flatMap(([name, text]) => readToken(text, name, null)),
    ...[...named.map(([, value]) => value), bare(body)].flatMap((value) =>
      readToken(value, null, typeof type === 'string' ? type : null),
    ),
  ]
}

/** The member that gets a new token, and ends with the session where the site ends it. */
export function givenRefresh({ body }: Answer): readonly [name: string, value: string] | null {
  const found = membersOf(body).find(([name, value]) => REFRESH.test(name) && typeof value === 'string')
  return found ? [found[0], String(found[1])] : null
}

function readToken(text: unknown, header: string | null, type: string | null): GivenToken[] {
  if (typeof text !== 'string') return []
  const [, scheme = null, value = ''] = /^(?:([A-Za-z][\w-]*) )?(\S+)$/.exec(text) ?? []
  return value.length < SHORTEST ? [] : [{ value, header, scheme: scheme ?? type }]
}

/** An answer that is nothing but a token. */
function bare(body: string): string | null {
  const text = body.trim().replace(/^"(.*)"$/s, '$1')
  return JWT.test(text) ? text : null
}

/** Members at the top, then one level down, then two. */
function membersOf(body: string): Member[] {
  let level = [parseJson(body)]
  const found: Member[] = []
  for (let depth = 0; depth <= DEEPEST; depth += 1) {
    const members = level.flatMap((each): Member[] =>
      typeof each === 'object' && each !== null && !Array.isArray(each) ? Object.entries(each) : [],
    )
    found.push(...members)
    level = members.map(([, value]) => value)
  }
  return found
}
