import { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { readUrl } from '../../options/url.ts'
import { below } from '../usual-paths.ts'
import { saysDanger, saysOther, saysSignIn } from '../words.ts'
import { findLoginForm, findUsernameForm, type LoginForm } from './find-form.ts'

/** Where sites usually keep their login; asked for only when no link leads to one. */
const USUAL_PATHS = [
  '/login',
  '/signin',
  '/sign-in',
  '/auth/login',
  '/account/login',
  '/accounts/login/',
  '/users/sign_in',
  '/user/login',
  '/session/new',
  '/wp-login.php',
  '/login.php',
  '/admin/login',
  '/Account/Login',
]
const MOST_LINKS = 4
const MOST_FRAMES = 4

export interface LoginPage {
  readonly visit: Visit
  readonly found: LoginForm
}

/**
 * Looks for the login form as a visitor would. Throws `login_not_found`, saying what was there instead.
 * @param seen takes the pages that were looked at; those in it are not opened again
 * @param mayOpen asked before each page
 */
export async function findLoginPage(
  http: Http,
  options: AuditOptions,
  start: URL,
  seen: Visit[] = [],
  mayOpen = () => true,
): Promise<LoginPage> {
  const jar = new BrowserJar()
  const tried = new Set(seen.flatMap(({ answers }) => answers.map(({ url }) => url.href)))
  const open = async (url: URL): Promise<LoginPage | null> => {
    if (tried.has(url.href) || !http.allows(url) || !mayOpen()) return null
    tried.add(url.href)
    const visited = await visit(http, { url, phase: 'anonymous', jar })
    tried.add(visited.final.url.href)
    seen.push(visited)
    const found = findLoginForm(visited.page, options) ?? findUsernameForm(visited.page, options)
    return found && { visit: visited, found }
  }

  const first = options.loginUrl === undefined ? start : readUrl(options.loginUrl, '--login-url', start)
  const starts = [
    first,
    ...(options.protectedUrl ? [readUrl(options.protectedUrl, '--protected-url', start)] : []),
  ]
  for (const url of starts) {
    const page = await open(url)
    if (page) return page
  }
  for (const url of seen.flatMap(({ page }) => page.frames).slice(0, MOST_FRAMES)) {
    const page = await open(url)
    if (page) return page
  }
  for (const url of seen.flatMap(signInLinks).slice(0, MOST_LINKS)) {
    const page = await open(url)
    if (page) return page
  }
  if (options.loginUrl === undefined) {
    for (const url of below(USUAL_PATHS, start)) {
      const page = await open(url)
      if (page) return page
    }
  }
  throw new AuditError('login_not_found', explain(seen, first))
}

function signInLinks({ page }: Visit): URL[] {
  return page.links
    .filter(({ url, text }) => saysSignIn(text) || saysSignIn(url.pathname))
    .filter(({ url, text }) => !saysDanger(`${url.pathname}${url.search} ${text}`) && !saysOther(text))
    .map(({ url }) => url)
}

function explain(seen: readonly Visit[], first: URL): string {
  const away = seen.find(({ leftTo }) => leftTo !== null)?.leftTo
  if (away) return `the site sends its login to ${away.origin}, which is another origin and is not contacted`
  if (seen.some(({ page }) => page.loosePassword)) {
    return 'there is a password field, but no form around it: the login is a script. Use --login-format json with --login-url'
  }
  const status = seen[0]?.final.status
  return `no form with a password field was found from ${first.pathname} (it answered ${status}). Name its page with --login-url, or use --login-format json`
}
