import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import type { RecordedLogin } from '../../options/recording/login.ts'
import { nameOf, type RequestsRecording } from '../../options/recording/requests.ts'
import { readUrl } from '../../options/url.ts'
import { followScript } from '../script/follow.ts'
import type { LoginChoices, SignIn } from '../sign-in.ts'
import { type LoginToken, loginToken } from '../token/login-token.ts'
import { freshen } from './freshen.ts'
import { provided } from './provided.ts'

/** Signs in by the requests of a recorded login, with the account that was given and with what a page now gives. */
export function replaySignIn(
  http: Http,
  options: AuditOptions,
  start: URL,
  recording: RequestsRecording,
  recorded: RecordedLogin,
): SignIn {
  if (recorded.password !== null) http.secrets.addCredential('recorded password', recorded.password)
  http.secrets.addCredential('password', options.password ?? '')
  const last = recorded.requests.at(-1)
  if (last === undefined) throw new Error('a recorded login needs a request')
  const entry = pageOf(options, recorded, start)
  const token = loginToken(http, options)
  const names = (role: 'username' | 'password' | null) =>
    recorded.requests.flatMap(
      ({ body }) => body?.members.filter((each) => recorded.roleOf(each) === role) ?? [],
    )
  return {
    entry,
    action: last.url,
    given: null,
    offersRemember: false,
    token,
    evidence: {
      method: 'recording',
      loginUrl: http.secrets.redactUrl(entry.href),
      action: http.secrets.redactUrl(last.url.href),
      usernameField: names('username').map(nameOf)[0] ?? null,
      passwordField: names('password').map(nameOf)[0] ?? null,
      otherFields: [...new Set(names(null).map(nameOf))],
    },
    async login(jar, choices = {}) {
      let here = await visit(http, { url: entry, phase: 'login', jar })
      for (const request of recorded.requests) {
        const given = await provided(http, jar, recording, request, entry)
        const fresh = freshen({
          http,
          request,
          page: here.page,
          jar,
          given,
          typed: typist(options, recorded, choices),
        })
        if (request === last) {
          http.spendLogin()
          choices.beforeSubmit?.()
        }
        here = await visit(http, { ...fresh, phase: 'login', jar, from: here.final.url })
      }
      return landed(http, here, jar, token)
    },
  }
}

async function landed(http: Http, here: Visit, jar: BrowserJar, token: LoginToken): Promise<Visit> {
  const { status, method, url } = here.final
  if (status >= 400) {
    throw new AuditError('sign_in_failed', `${url.pathname} answered ${status} to the recorded login`)
  }
  if (method === 'GET') jar.token = null
  else token.take(jar, here.final)
  return followScript(http, here, jar)
}

/** What is typed into a member now; null for one that nobody typed. */
function typist(options: AuditOptions, { roleOf }: RecordedLogin, { password }: LoginChoices) {
  return (member: Parameters<RecordedLogin['roleOf']>[0]): string | null => {
    const role = roleOf(member)
    if (role === 'password') return password ?? options.password ?? ''
    return role === 'username' ? (options.username ?? member.value) : null
  }
}

function pageOf({ loginUrl }: AuditOptions, { page }: RecordedLogin, start: URL): URL {
  return loginUrl === undefined ? (page ?? start) : readUrl(loginUrl, '--login-url', start)
}
