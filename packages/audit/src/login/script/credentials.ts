import type { RequestBody } from '../../network/body.ts'
import { fillJson, fillUrlencoded } from '../../options/login-body.ts'
import type { AuditOptions } from '../../options/options.ts'

interface Credentials {
  readonly usernameField: string
  readonly passwordField: string
  readonly password: string
  /** A one-time code; empty where none is made. */
  readonly totp: string
  /** Members by which the site knows its own page. */
  readonly members: readonly (readonly [name: string, value: string])[]
}

/** What takes the credentials along where a script sends them: as the user wrote it, or one member for each. */
export function credentialsBody(
  { loginFormat, loginBody, username = '', fields = {} }: AuditOptions,
  { usernameField, passwordField, password, totp, members }: Credentials,
): RequestBody {
  const type = loginFormat === 'urlencoded' ? 'urlencoded' : 'json'
  if (loginBody === undefined) {
    const named = [[usernameField, username] as const, [passwordField, password] as const]
    return { type, fields: [...named, ...Object.entries(fields), ...members] }
  }
  const texts = { ...fields, username, password, totp, token: members[0]?.[1] ?? '' }
  if (type === 'urlencoded') return { type, fields: fillUrlencoded(loginBody, texts) }
  const data = fillJson(loginBody, texts)
  return {
    type,
    fields: textsOf(data),
    written: { contentType: 'application/json', text: JSON.stringify(data) },
  }
}

/** Each text in plain data, by the way to it. */
function textsOf(data: unknown, path = ''): [name: string, value: string][] {
  if (typeof data === 'string') return [[path, data]]
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([name, value]) =>
    textsOf(value, path === '' ? name : `${path}.${name}`),
  )
}
