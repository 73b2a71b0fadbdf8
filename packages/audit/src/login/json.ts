import { AUTHORIZATION, type BrowserJar } from '../network/cookies/jar.ts'
import type { Http } from '../network/http.ts'
import { type Visit, visit } from '../network/pages/navigate.ts'
import { decode } from '../network/redaction/secrets.ts'
import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import { readUrl } from '../options/url.ts'
import type { ScriptLogin } from './script/endpoints.ts'
import { followScript } from './script/follow.ts'
import { askForToken, type PageToken, tokenOfPage, usualTokenUrls, wantsToken } from './script/token.ts'
import type { LoginChoices, SignIn } from './sign-in.ts'

/** Cookie that a script reads, and the header in which it sends it back. */
const CSRF_HEADERS: readonly (readonly [RegExp, string])[] = [
  [/^xsrf-token$/i, 'x-xsrf-token'],
  [/^csrftoken$/i, 'x-csrftoken'],
  [/^(?:__host-|__secure-)?[_-]?(?:csrf|xsrf)(?:[-_.]?token)?$/i, 'x-csrf-token'],
]

/** The login that the user named. Without `loginUrl` it throws `usage`. */
export function namedLogin({ loginUrl }: AuditOptions, start: URL): ScriptLogin {
  if (loginUrl === undefined) {
    throw new AuditError(
      'usage',
      '--login-format json needs --login-url, the address that takes the credentials',
    )
  }
  return { page: start, endpoint: readUrl(loginUrl, '--login-url', start), tokenUrls: [] }
}

/** A login that posts JSON, as single-page applications do. */
export function jsonSignIn(
  http: Http,
  options: AuditOptions,
  { page: entry, endpoint, tokenUrls }: ScriptLogin,
): SignIn {
  http.secrets.addCredential('password', options.password ?? '')
  const passwordField = options.passwordField ?? 'password'
  const names = userFields(options)
  let known: string | null = null
  /** Where a token is to be had; null once nothing gave one. */
  let tokenUrl: URL | null | undefined
  const login = async (jar: BrowserJar, choices: LoginChoices = {}): Promise<Visit> => {
    const opened = await visit(http, { url: entry, phase: 'login', jar })
    const post = (name: string, token: PageToken): Promise<Visit> => {
      http.spendLogin()
      choices.beforeSubmit?.()
      return visit(http, {
        url: endpoint,
        method: 'POST',
        phase: 'login',
        jar,
        script: true,
        from: entry,
        headers: { ...token.headers, ...csrfHeaders(jar, endpoint) },
        body: {
          type: 'json',
          fields: [
            [name, options.username ?? ''],
            [passwordField, choices.password ?? options.password ?? ''],
            ...token.members,
          ],
        },
      })
    }
    let last: Visit | null = null
    const asked = tokenUrl ? await askForToken(http, jar, entry, [tokenUrl]) : null
    let token = asked ?? tokenOfPage(http, opened)
    for (const name of known === null ? names : [known]) {
      last = await post(name, token)
      if (wantsToken(last) && tokenUrl === undefined) {
        const urls = [...tokenUrls, ...usualTokenUrls(entry)]
        const given = await askForToken(http, jar, entry, urls)
        tokenUrl = given?.url ?? null
        if (given) {
          token = given
          last = await post(name, token)
        }
      }
      if (last.final.status < 400) {
        known = name
        jar.bearer = readToken(last.final.body)
        if (jar.bearer !== null) http.secrets.add(AUTHORIZATION, jar.bearer)
        return followScript(http, last, jar)
      }
      if (last.final.status === 429 || last.final.status >= 500) break
    }
    throw new AuditError(
      'sign_in_failed',
      `${endpoint.pathname} answered ${last?.final.status} to the credentials`,
    )
  }
  return {
    entry,
    action: endpoint,
    given: null,
    offersRemember: false,
    login,
    get evidence() {
      return {
        method: 'json' as const,
        loginUrl: http.secrets.redactUrl(endpoint.href),
        action: http.secrets.redactUrl(endpoint.href),
        usernameField: known ?? names[0] ?? null,
        passwordField,
        otherFields: [],
      }
    },
  }
}

/** One name if the user gave it; else the two that most endpoints take, the likelier first. */
function userFields({ usernameField, username }: AuditOptions): readonly string[] {
  if (usernameField !== undefined) return [usernameField]
  return username?.includes('@') ? ['email', 'username'] : ['username', 'email']
}

/** The headers that echo a CSRF cookie, where the jar holds one. */
export function csrfHeaders(jar: BrowserJar, url: URL): Record<string, string> {
  for (const { kind, name, value } of jar.credentials(url)) {
    const header = kind === 'cookie' ? CSRF_HEADERS.find(([pattern]) => pattern.test(name))?.[1] : undefined
    if (header !== undefined) return { [header]: decode(value) }
  }
  return {}
}

/** A bearer token in the answer, at the top or one level down. */
export function readToken(body: string): string | null {
  const named = (value: unknown): string | null => {
    if (typeof value !== 'object' || value === null) return null
    for (const [key, member] of Object.entries(value)) {
      const isToken = /^(?:access_?token|id_?token|auth_?token|token|jwt|bearer)$/i.test(key)
      if (isToken && typeof member === 'string' && member.length >= 16) return member
    }
    return null
  }
  try {
    const data: unknown = JSON.parse(body)
    if (typeof data !== 'object' || data === null) return null
    return (
      named(data) ??
      Object.values(data)
        .map(named)
        .find((token) => token !== null) ??
      null
    )
  } catch {
    return null
  }
}
