import type { BrowserJar } from '../network/cookies/jar.ts'
import type { Answer, Http } from '../network/http.ts'
import { parseJson } from '../network/json.ts'
import { type Visit, visit } from '../network/pages/navigate.ts'
import { decode } from '../network/redaction/secrets.ts'
import { AuditError } from '../options/errors.ts'
import { hasPlace } from '../options/login-body.ts'
import type { AuditOptions } from '../options/options.ts'
import { readUrl } from '../options/url.ts'
import { saidBy } from './said.ts'
import { credentialsBody } from './script/credentials.ts'
import type { ScriptLogin } from './script/endpoints.ts'
import { followScript } from './script/follow.ts'
import { setScriptCookies } from './script/script-cookie.ts'
import { askForToken, type PageToken, tokenOfPage, usualTokenUrls, wantsToken } from './script/token.ts'
import type { LoginChoices, SignIn } from './sign-in.ts'
import { loginToken } from './token/login-token.ts'

/** Answers that the name of a member does not change. */
const SAYS_NOTHING = new Set([404, 405, 429])
/** Cookie that a script reads, and the header in which it sends it back. */
const CSRF_HEADERS: readonly (readonly [RegExp, string])[] = [
  [/^xsrf-token$/i, 'x-xsrf-token'],
  [/^csrftoken$/i, 'x-csrftoken'],
  [/^(?:__host-|__secure-)?[_-]?(?:csrf|xsrf)(?:[-_.]?token)?$/i, 'x-csrf-token'],
]

/** The login that the user named. Without `loginUrl` it throws `usage`. */
export function namedLogin({ loginUrl, loginFormat }: AuditOptions, start: URL): ScriptLogin {
  if (loginUrl === undefined) {
    throw new AuditError(
      'usage',
      `--login-format ${loginFormat} needs --login-url, the address that takes the credentials`,
    )
  }
  return { page: start, endpoint: readUrl(loginUrl, '--login-url', start), tokenUrls: [] }
}

/** A login that a script posts, as JSON or otherwise, as single-page applications do. */
export function jsonSignIn(
  http: Http,
  options: AuditOptions,
  { page: entry, endpoint, tokenUrls }: ScriptLogin,
): SignIn {
  http.secrets.addCredential('password', options.password ?? '')
  const passwordField = options.passwordField ?? 'password'
  const names = options.loginBody === undefined ? userFields(options) : userFields(options).slice(0, 1)
  for (const [name, value] of Object.entries(options.fields ?? {})) http.secrets.addCredential(name, value)
  const given = loginToken(http, options)
  let known: string | null = null
  /** Names of what went along with the credentials that were taken. */
  let along: readonly string[] = []
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
        body: credentialsBody(asUser(options, choices), {
          usernameField: name,
          passwordField,
          password: choices.password ?? options.password ?? '',
          totp: code,
          members: token.members,
        }),
      })
    }
    const code = hasPlace(options.loginBody, 'totp') ? ((await choices.code?.()) ?? '') : ''
    await choices.pause?.()
    let last: Visit | null = null
    const asked = tokenUrl ? await askForToken(http, jar, entry, [tokenUrl]) : null
    let token = asked ?? tokenOfPage(http, opened)
    for (const name of known === null ? names : [known]) {
      last = await post(name, token)
      if (wantsToken(last) && tokenUrl === undefined) {
        const urls = [...tokenUrls, ...usualTokenUrls(entry)]
        const fresh = await askForToken(http, jar, entry, urls)
        tokenUrl = fresh?.url ?? null
        if (fresh) {
          token = fresh
          last = await post(name, token)
        }
      }
      const refusal = options.loginFormat === 'jsonrpc' ? errorOf(last.final) : null
      if (last.final.status < 400 && refusal === null) {
        known = name
        const headers = { ...token.headers, ...csrfHeaders(jar, endpoint) }
        along = [...token.members.map(([member]) => member), ...Object.keys(headers)]
        setScriptCookies(http, opened.page, last.final, jar)
        given.take(jar, last.final)
        return followScript(http, last, jar)
      }
      if (refusal !== null || SAYS_NOTHING.has(last.final.status) || last.final.status >= 500) break
    }
    const said = last && saidBy(last.final, null)
    const words = said === null ? '' : ` and says "${said}"`
    throw new AuditError(
      'sign_in_failed',
      `${endpoint.pathname} answered ${last?.final.status} to the credentials${words}`,
    )
  }
  return {
    entry,
    action: endpoint,
    given: null,
    offersRemember: false,
    token: given,
    canPause: true,
    login,
    get evidence() {
      return {
        method: options.loginFormat === 'urlencoded' ? ('urlencoded' as const) : ('json' as const),
        loginUrl: http.secrets.redactUrl(endpoint.href),
        action: http.secrets.redactUrl(endpoint.href),
        usernameField: known ?? names[0] ?? null,
        passwordField,
        otherFields: along,
      }
    },
  }
}

/** Why a call of JSON-RPC did nothing, at whatever status; null when it did. */
function errorOf({ body }: Answer): string | null {
  const { error, result } = Object(parseJson(body)) as { error?: unknown; result?: unknown }
  if (error) return 'error'
  return result === undefined || result === null || result === false ? 'no result' : null
}

function asUser(options: AuditOptions, { username }: LoginChoices): AuditOptions {
  return username === undefined ? options : { ...options, username }
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
