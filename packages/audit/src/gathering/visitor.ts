import { findLoginForm } from '../login/form/find-form.ts'
import { findLoginPage, type LoginPage, type Opened } from '../login/form/find-page.ts'
import { AuditError } from '../options/errors.ts'
import { isSpent } from '../probes/context.ts'
import { visitorIdExposed } from '../probes/visitor/id-exposed.ts'
import { visitorIdInUrl } from '../probes/visitor/id-in-url.ts'
import { visitorIdShape } from '../probes/visitor/id-shape.ts'
import { hintsIn, readLogin } from '../probes/visitor/login.ts'
import { visitorSharedCache } from '../probes/visitor/shared-cache.ts'
import { visitorStrictIds } from '../probes/visitor/strict-ids.ts'
import { proveSessions, VISITOR_REQUESTS } from '../probes/visitor/visitor.ts'
import { note, type Run } from './run.ts'

/** Requests for the start page and the search for the login. */
export const REACH_REQUESTS = 4
/** The plain-http address; everything else is in answers that were seen anyway. */
export const PLAIN_REQUESTS = 1
/** All that an audit without an account asks of a site. */
export const PASSIVE_REQUESTS = REACH_REQUESTS + PLAIN_REQUESTS + VISITOR_REQUESTS

/** Looks for the login form from the start page on, within the few requests there are. */
export async function loginOfVisitor(run: Run, opened: Opened): Promise<LoginPage | null> {
  const { http, options, start } = run
  const first = opened.visit
  const isNamed = options.loginUrl !== undefined
  const found = isNamed ? null : findLoginForm(first.page, options)
  if (found) return { ...opened, found }
  try {
    return await findLoginPage(http, options, start, {
      seen: isNamed ? [] : [first],
      mayOpen: () => http.requests < REACH_REQUESTS,
    })
  } catch (error) {
    if (isSpent(error) || (error instanceof AuditError && error.code === 'login_not_found')) return null
    throw error
  }
}

/** Proves what a visitor is given, and judges it as far as that goes without an account. */
export async function visitor(run: Run): Promise<void> {
  const { http, loginPage } = run
  const seen = [...(loginPage ? [...loginPage.visit.answers].reverse() : []), ...http.answers]
  const about = { login: readLogin(http, loginPage), hints: hintsIn(http.answers) }
  const proved = await proveSessions(http, seen)
  if (proved === null) return note(run, 'visitor', { page: null, cookies: [], ...about })
  const cookies = proved.tried.map(({ cookie }) => cookie)
  const page = http.secrets.redactUrl(proved.clients.page.href)
  note(run, 'visitor', { page, cookies, ...about })
  if (cookies.every(({ provedBy }) => provedBy === null)) {
    const handed = await visitorSharedCache(proved)
    return handed.giving.length > 0 ? note(run, 'sharedCache', handed) : undefined
  }
  note(run, 'idInUrl', await visitorIdInUrl(proved))
  note(run, 'strictIds', visitorStrictIds(proved.tried))
  note(run, 'idShape', visitorIdShape(http.answers, proved.tried))
  note(run, 'idExposed', visitorIdExposed(proved))
  note(run, 'sharedCache', await visitorSharedCache(proved))
}

/** The cookies that were proved to be a visitor's session; null when there are none. */
export function visitorsCookies({ gathered }: Run): readonly string[] | null {
  const { visitor } = gathered
  if (visitor?.status !== 'gathered') return null
  const proved = visitor.value.cookies.filter(({ provedBy }) => provedBy !== null)
  return proved.length === 0 ? null : proved.map(({ name }) => name)
}
