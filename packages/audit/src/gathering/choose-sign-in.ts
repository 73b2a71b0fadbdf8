import { untilInside, type WholeSignIn } from '../login/after/inside.ts'
import { browserSignIn } from '../login/browser/browser-sign-in.ts'
import { hasBrowser } from '../login/browser/chromium.ts'
import { playedSignIn } from '../login/browser/play.ts'
import { cookieSignIn } from '../login/cookie.ts'
import type { Opened } from '../login/form/find-page.ts'
import { formSignIn } from '../login/form/form-sign-in.ts'
import { jsonSignIn, namedLogin } from '../login/json.ts'
import { patient } from '../login/patience.ts'
import { commandSignIn } from '../login/recorded/command.ts'
import { recordedSignIn } from '../login/recorded/recorded-sign-in.ts'
import { answerTo } from '../login/script/script-sign-in.ts'
import { oneAtATime, type SignIn, sendsByScript, withLogin, withNext } from '../login/sign-in.ts'
import { pageOf } from '../network/pages/navigate.ts'
import { AuditError, type AuditErrorCode } from '../options/errors.ts'
import { isByScript } from '../options/login-body.ts'
import type { Run } from './run.ts'

const VAIN: ReadonlySet<AuditErrorCode> = new Set(['login_not_found', 'sign_in_failed', 'browser_missing'])

/** What the page's own script would send is something else; also where a member has another name, as with the 401. */
const WRONG_REQUEST = new Set([400, 401, 403, 404, 405, 415, 422, 501])

/** The way to sign in that was asked for, else the one that is found; to where nothing more is asked. */
export async function chooseSignIn(run: Run): Promise<WholeSignIn> {
  const { http, options } = run
  return untilInside(http, oneAtATime(patient(http, options, await plainSignIn(run), run)))
}

async function plainSignIn(run: Run): Promise<SignIn> {
  const { http, options, start } = run
  const { cookie, loginFrom, loginCommand, loginFormat, browser } = options
  if (cookie !== undefined) return cookieSignIn(http, options, start)
  if (loginCommand !== undefined) return commandSignIn(http, options, start)
  if (loginFrom?.kind === 'steps') return playedSignIn(http, options, start, loginFrom)
  if (loginFrom !== undefined) return recordedSignIn(http, options, start, loginFrom)
  if (browser) return browserSignIn(http, options, start)
  if (isByScript(loginFormat)) return jsonSignIn(http, options, namedLogin(options, start))
  const mayAsk = async (): Promise<boolean> => browser !== false && needsBrowser(run) && (await hasBrowser())
  try {
    const found = await formSignIn(http, options, start, startPage(run))
    if (!sendsByScript(found)) return found
    let isLast = false
    // What was guessed from a script may not be what the script does.
    return withNext(found, async (error) => {
      const isRefused = error instanceof AuditError && error.code === 'sign_in_failed' && !isLast
      const isWrong = isRefused && WRONG_REQUEST.has(answerTo(http, found.action))
      if (!isWrong || !(await mayAsk())) return null
      isLast = true
      return inBrowserInstead(run, error, 'no address in its scripts took the login')
    })
  } catch (error) {
    const isHidden = error instanceof AuditError && error.code === 'login_not_found'
    if (!isHidden || !(await mayAsk())) throw error
    return inBrowserInstead(run, error, 'no form in plain HTML and no address in its scripts')
  }
}

/** As the visit that reached the site left it, where the search for the login begins on that page and stays on the site. */
function startPage({ opened, options, http }: Run): Opened | null {
  const isElsewhere = options.loginUrl !== undefined || (options.loginOrigins?.length ?? 0) > 0
  return opened === null || isElsewhere || !http.allows(opened.visit.final.url) ? null : opened
}

/** Only a script can show the login: there is one, and the site did not send us elsewhere. */
function needsBrowser({ http }: Run): boolean {
  const hasLeft = http.answers.some(({ location }) => location !== null && !http.allows(location))
  return (
    !hasLeft &&
    http.answers
      .map(pageOf)
      .some(({ scripts: { text, sources } }) => text.trim() !== '' || sources.length > 0)
  )
}

function inBrowserInstead({ http, options, start }: Run, notFound: AuditError, why: string): SignIn {
  const { requests, logins } = http
  const detail = `${why}: signing in with Chromium`
  options.onProgress?.({ step: 'signIn', state: 'started', detail, requests, logins })
  const signIn = browserSignIn(http, options, start)
  return withLogin(signIn, async (jar, choices) => {
    const before = http.logins
    try {
      const landed = await signIn.login?.(jar, choices)
      if (landed) return landed
    } catch (error) {
      // Where no credentials left, what plain HTML said tells more.
      const isVain = error instanceof AuditError && VAIN.has(error.code) && http.logins === before
      if (!isVain) throw error
    }
    throw notFound
  })
}
