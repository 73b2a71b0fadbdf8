import { BrowserJar } from '../network/cookies/jar.ts'
import type { Http } from '../network/http.ts'
import { basic, schemesAskedFor } from '../network/http-auth.ts'
import { type Visit, visit } from '../network/pages/navigate.ts'
import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import type { LoginChoices, SignIn } from './sign-in.ts'

/** What HTTP authentication leaves to say where no session is. */
const NO_SESSION =
  'the browser sends the credentials with every request, so there is no session to audit; if there is one beside it, give its cookie with --cookie'

/** The page that asks for HTTP authentication, of those that were looked at; null when none does. */
export function asksForAuth(seen: readonly Visit[]): Visit | null {
  return seen.find(({ final }) => schemesAskedFor(final).length > 0) ?? null
}

/**
 * Answers a page that asks for HTTP Basic once. Throws `login_not_found` where it asks for something else,
 * `sign_in_failed` where it refuses.
 */
export async function answerBasic(http: Http, options: AuditOptions, { final }: Visit): Promise<BrowserJar> {
  const { pathname } = final.url
  const schemes = schemesAskedFor(final)
  if (!schemes.includes('basic')) {
    const named = schemes.map(asWritten).join(' and ')
    throw new AuditError('login_not_found', `${pathname} asks for HTTP ${named}: ${NO_SESSION}`)
  }
  const jar = new BrowserJar()
  const answered = await enter(http, options, final.url, jar)
  if (answered.answers[0]?.status === 401) {
    throw new AuditError(
      'sign_in_failed',
      `${pathname} asks for HTTP Basic and refused the user name and the password; if it has others than the login behind it, give them with --header "Authorization: Basic …" (name:password in base64)`,
    )
  }
  return jar
}

/** Signs in where HTTP Basic begins a session: what it gives is a cookie. */
export function basicSignIn(http: Http, options: AuditOptions, asked: Visit, answered: BrowserJar): SignIn {
  const { url } = asked.final
  if (answered.credentials(url).length === 0) {
    throw new AuditError(
      'login_not_found',
      `${url.pathname} asks for HTTP Basic and gives no cookie: ${NO_SESSION}`,
    )
  }
  return {
    entry: url,
    action: url,
    given: null,
    offersRemember: false,
    hints: [`the login is by HTTP Basic: where no cookie does without it, ${NO_SESSION}`],
    evidence: {
      method: 'basic',
      loginUrl: http.secrets.redactUrl(url.href),
      action: http.secrets.redactUrl(url.href),
      usernameField: null,
      passwordField: null,
      otherFields: [],
    },
    login: (jar, choices) => enter(http, options, url, jar, choices),
  }
}

/** Only the first request has the credentials: what follows shows what the cookie that they gave is worth. */
function enter(
  http: Http,
  { username = '', password = '' }: AuditOptions,
  url: URL,
  jar: BrowserJar,
  choices: LoginChoices = {},
): Promise<Visit> {
  http.spendLogin()
  choices.beforeSubmit?.()
  const authorization = basic(username, choices.password ?? password)
  http.secrets.addCredential('authorization', authorization)
  http.secrets.addCredential('authorization', authorization.slice('Basic '.length))
  return visit(http, { url, phase: 'login', jar, headers: { authorization } })
}

function asWritten(scheme: string): string {
  return scheme.charAt(0).toUpperCase() + scheme.slice(1)
}
