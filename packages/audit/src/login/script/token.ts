import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { parseJson } from '../../network/json.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { below } from '../usual-paths.ts'

/** What proves that a login comes from the site's own page, as its script would send it. */
export interface PageToken {
  readonly headers: Readonly<Record<string, string>>
  readonly members: readonly (readonly [name: string, value: string])[]
  /** Where it was given; null for the page itself. */
  readonly url: URL | null
}

// Of Auth.js, Laravel Sanctum, and what many call it.
const TOKEN_PATHS = [
  '/api/auth/csrf',
  '/sanctum/csrf-cookie',
  '/api/csrf-token',
  '/csrf-token',
  '/api/csrf',
  '/csrf',
]
const MEMBER = /^_?(?:csrf|xsrf)[-_]?(?:token|value)?$|^token$/i

/** The token of the page's meta element. */
export function tokenOfPage(http: Http, { page: { csrf } }: Visit): PageToken {
  if (csrf) http.secrets.add(csrf.param, csrf.token)
  return { headers: csrf ? { 'x-csrf-token': csrf.token } : {}, members: [], url: null }
}

/** Whether a login was refused as it is for want of a token, or may have been. */
export function wantsToken({ final: { status } }: Visit): boolean {
  return status === 401 || status === 403 || status === 419
}

export function usualTokenUrls(start: URL): URL[] {
  return below(TOKEN_PATHS, start)
}

/** Asks the first address that gives a token, in JSON or in a cookie that the script sends back; null when none does. */
export async function askForToken(
  http: Http,
  jar: BrowserJar,
  page: URL,
  urls: readonly URL[],
): Promise<PageToken | null> {
  const known = new Map(jar.credentials(page).map(({ name, value }) => [name, value]))
  for (const url of new Map(urls.map((each) => [each.href, each])).values()) {
    if (!http.allows(url)) continue
    const { final } = await visit(http, { url, phase: 'login', jar, script: true, from: page })
    if (final.status >= 400) continue
    const [member, token] = tokenIn(final.body) ?? []
    if (member !== undefined && token !== undefined) {
      http.secrets.add(member, token)
      return { headers: { 'x-csrf-token': token }, members: [[member, token]], url }
    }
    const isGiven = jar.credentials(page).some(({ name, value }) => known.get(name) !== value)
    if (isGiven && /csrf|xsrf/i.test(url.pathname)) return { headers: {}, members: [], url }
  }
  return null
}

function tokenIn(body: string): readonly [string, string] | null {
  const data = parseJson(body)
  if (typeof data !== 'object' || data === null) return null
  const found = Object.entries(data).find(([name, value]) => MEMBER.test(name) && typeof value === 'string')
  return found ? [found[0], String(found[1])] : null
}
