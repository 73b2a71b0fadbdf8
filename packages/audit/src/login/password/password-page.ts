import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { ProbeError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { readUrl } from '../../options/url.ts'
import { saysAccount, saysChange, saysDanger, saysOther, saysPassword, saysSecurity } from '../words.ts'
import { findPasswordForm, type PasswordForm } from './password-form.ts'

/** A Well-Known URL for Changing Passwords (W3C): it redirects to the page. */
const WELL_KNOWN = '/.well-known/change-password'
/** Where sites usually have it; asked for only when no link leads to one. */
const USUAL_PATHS = [
  '/account/password',
  '/account/change-password',
  '/change-password',
  '/password',
  '/settings/password',
  '/settings/security',
  '/account/security',
  '/profile/password',
  '/user/password',
  '/password_change/',
  '/accounts/password_change/',
  '/accounts/password/change/',
  '/users/edit',
  '/profile',
  '/account/settings',
  '/settings',
  '/account',
  '/wp-admin/profile.php',
  '/Identity/Account/Manage/ChangePassword',
  '/Manage/ChangePassword',
]
const MOST_LINKS = 8

export interface PasswordPage {
  readonly visit: Visit
  readonly found: PasswordForm
  readonly how: string
}

export interface PasswordSearch {
  readonly http: Http
  readonly options: AuditOptions
  /** The signed-in browser that looks. */
  readonly jar: BrowserJar
  readonly start: URL
  /** Pages of the user's own that are known, the likeliest first. */
  readonly known: readonly URL[]
}

/** Looks for the form that changes the password as the user would. Throws ProbeError that says what to do. */
export async function findPasswordPage(search: PasswordSearch): Promise<PasswordPage> {
  const { http, options, jar, start } = search
  const seen: Visit[] = []
  const tried = new Set<string>()
  const open = async (url: URL, how: string): Promise<PasswordPage | null> => {
    if (tried.has(url.href) || !http.allows(url)) return null
    tried.add(url.href)
    const visited = await visit(http, { url, phase: 'signed-in', jar })
    tried.add(visited.final.url.href)
    seen.push(visited)
    const found = findPasswordForm(visited.page, options)
    return found && { visit: visited, found, how }
  }

  if (options.changePasswordUrl !== undefined) {
    const url = readUrl(options.changePasswordUrl, '--change-password-url', start)
    const page = await open(url, 'named by the user')
    if (page) return page
    throw new ProbeError(
      `${url.pathname} shows no form that surely changes the password; name its fields with --current-password-field and --new-password-field`,
    )
  }
  for (const url of search.known) {
    const page = await open(url, `a form on ${url.pathname}`)
    if (page) return page
  }
  const wellKnown = await open(new URL(WELL_KNOWN, start), `the address that ${WELL_KNOWN} leads to`)
  if (wellKnown) return wellKnown
  // A link may lead to the settings, and only from there another one to the password.
  for (let round = 0; round < 2; round += 1) {
    for (const url of likelyLinks(seen).slice(0, MOST_LINKS)) {
      const page = await open(url, `the page ${url.pathname}, by a link`)
      if (page) return page
    }
  }
  for (const path of USUAL_PATHS) {
    const page = await open(new URL(path, start), `a usual address, ${path}`)
    if (page) return page
  }
  throw new ProbeError(
    'no form that changes the password was found; name its page with --change-password-url',
  )
}

/** Links that speak of the password first, then of security, then of the account. */
function likelyLinks(seen: readonly Visit[]): URL[] {
  const links = seen
    .flatMap(({ page }) => page.links)
    .filter(({ method, url, text }) => {
      const says = `${url.pathname} ${url.search} ${text}`
      return method === 'GET' && !saysDanger(says) && !saysOther(says)
    })
    .map(({ url, text }) => ({ url, says: `${url.pathname} ${text}` }))
  const rank = (says: string): number => {
    if (saysPassword(says)) return saysChange(says) ? 4 : 3
    return saysSecurity(says) ? 2 : saysAccount(says) ? 1 : 0
  }
  const ranked = links.filter(({ says }) => rank(says) > 0).sort((a, b) => rank(b.says) - rank(a.says))
  return [...new Map(ranked.map(({ url }) => [url.href, url])).values()]
}
