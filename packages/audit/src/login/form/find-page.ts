import { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Link } from '../../network/pages/html.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { readUrl } from '../../options/url.ts'
import { asksForAuth } from '../basic.ts'
import { below } from '../usual-paths.ts'
import { saysAccount, saysDanger, saysOther, saysSignIn } from '../words.ts'
import { findLoginForm, findUsernameForm, type LoginForm } from './find-form.ts'
import { followForms, selfSending } from './self-sending.ts'

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
  /** The browser that it was found with. */
  readonly jar: BrowserJar
}

/** A page that a visitor has opened, and the browser. */
export interface Opened {
  readonly visit: Visit
  readonly jar: BrowserJar
}

interface Search {
  /** Takes the pages that were looked at; those in it are not opened again. */
  readonly seen?: Visit[]
  /** Asked before each page. */
  readonly mayOpen?: () => boolean
  /** The start page, where it is open already. */
  readonly opened?: Opened | null
}

/** Looks for the login form as a visitor would. Throws `login_not_found`, saying what was there instead. */
export async function findLoginPage(
  http: Http,
  options: AuditOptions,
  start: URL,
  { seen = [], mayOpen = () => true, opened = null }: Search = {},
): Promise<LoginPage> {
  const jar = opened?.jar ?? new BrowserJar()
  if (opened) seen.push(opened.visit)
  const tried = new Set(seen.flatMap(({ answers }) => answers.map(({ url }) => url.href)))
  // Another origin is there for logins and nothing else, of which this is one.
  const elsewhere = (options.loginOrigins?.length ?? 0) > 0
  const phase = elsewhere ? 'login' : 'anonymous'
  const formOn = (visited: Visit): LoginPage | null => {
    const found = findLoginForm(visited.page, options) ?? findUsernameForm(visited.page, options)
    return found && { visit: visited, found, jar }
  }
  const open = async (url: URL, guessed = false): Promise<LoginPage | null> => {
    if (tried.has(url.href) || !http.allows(url, phase) || !mayOpen()) return null
    tried.add(url.href)
    const shown = await visit(http, { url, phase, jar })
    const visited = elsewhere ? await followForms(http, jar, shown) : shown
    tried.add(visited.final.url.href)
    // What no link leads to, and has a gate of its own, is somebody else's.
    if (!guessed || asksForAuth([visited]) === null) seen.push(visited)
    return formOn(visited)
  }

  const first = options.loginUrl === undefined ? start : readUrl(options.loginUrl, '--login-url', start)
  const starts = [
    first,
    ...(options.protectedUrl ? [readUrl(options.protectedUrl, '--protected-url', start)] : []),
  ]
  const shown = opened && formOn(opened.visit)
  if (shown) return shown
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
  if (options.loginUrl === undefined && asksForAuth(seen) === null) {
    for (const url of below(USUAL_PATHS, start)) {
      const page = await open(url, true)
      if (page) return page
    }
    // What leads to a user's own page leads visitors to the login.
    const front = options.passive ? [] : seen.slice(0, 1)
    for (const url of front.flatMap(accountLinks).slice(0, MOST_LINKS)) {
      const page = await open(url)
      if (page) return page
    }
  }
  throw new AuditError('login_not_found', explain(http, seen, first))
}

function signInLinks({ page }: Visit): URL[] {
  return harmless(page.links.filter(({ url, text }) => saysSignIn(text) || saysSignIn(url.pathname)))
}

function accountLinks({ page }: Visit): URL[] {
  return harmless(page.links.filter(({ url, text }) => saysAccount(`${url.pathname} ${text}`)))
}

function harmless(links: readonly Link[]): URL[] {
  return links
    .filter(({ url, text }) => !saysDanger(`${url.pathname}${url.search} ${text}`) && !saysOther(text))
    .map(({ url }) => url)
}

/** Other origins to which a page sends whoever wants to sign in: by itself, by its form, by a link. */
function leadsAway(http: Http, visited: Visit): URL[] {
  const { leftTo, page } = visited
  const form = selfSending(page)?.action
  const all = [...(leftTo ? [leftTo] : []), ...(form ? [form] : []), ...signInLinks(visited)]
  return all.filter((url) => !http.allows(url, 'login'))
}

function explain(http: Http, seen: readonly Visit[], first: URL): string {
  const [away] = seen.flatMap((visited) => leadsAway(http, visited))
  if (away)
    return `the site sends its login to ${away.origin}, which is another origin and is not contacted; --login-origin ${away.origin} allows it for logins, or give --cookie`
  const unread = seen.find(({ final }) => final.coding !== null)?.final
  if (unread) {
    const coding = unread.coding?.replace(/[^\w-]/g, '').slice(0, 20)
    return `${unread.url.pathname} could not be read: it answered in the Content-Encoding “${coding}”, and what came cannot be undone`
  }
  const asks = asksForAuth(seen)
  if (asks)
    return `${asks.final.url.pathname} asks for HTTP authentication; give what it wants with --header "Authorization: …"`
  if (seen.some(({ page }) => page.loosePassword)) {
    return 'there is a password field, but no form around it: the login is a script. Use --login-format json with --login-url'
  }
  const status = seen[0]?.final.status
  return `no form with a password field was found from ${first.pathname} (it answered ${status}). Name its page with --login-url, or use --login-format json`
}
