import { type ScriptCall, scriptCalls } from '../../login/script/calls.ts'
import { scriptTexts } from '../../login/script/endpoints.ts'
import { saysElsewhere, saysSignOut } from '../../login/words.ts'
import type { BrowserJar, Credential } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Page } from '../../network/pages/html.ts'
import type { LogoutControl } from './logout-control.ts'
import { scriptRequest } from './script-request.ts'

/** A login that is a thing of its own, as REST has it, ends when that is deleted. */
const SESSION =
  /(?:^|\/)(?:session|(?:auth|sessions)\/(?:session|current|me|mine|self)|auth|login|token)\/?$/i
/** A token is given back where OAuth 2.0 has it (RFC 7009) and where others put it. */
const REVOKES =
  /(?:^|\/)(?:o?auth2?|token|session)s?\/(?:token\/)?revoke\/?$|(?:^|\/)revoke[-_]?(?:token|session)?\/?$/i
const MOST_CALLS = 3

/** Links and buttons of a page that say so, and whose script sends something. */
export function actionControls(http: Http, jar: BrowserJar, page: Page): LogoutControl[] {
  return page.actions
    .filter(({ url, text }) => http.allows(url) && (saysSignOut(text) || saysSignOut(url.pathname)))
    .map(({ url, text, method }) => {
      const rank = saysElsewhere(`${text} ${url.pathname}`) ? -14 : 16
      return scriptRequest(
        { http, jar, page },
        { url, method, found: `a button on ${page.url.pathname}`, rank },
      )
    })
}

/** Where a link is not there by GET, its script may send it: by POST, and as what the link says it is. */
export function pressedByScript(
  http: Http,
  jar: BrowserJar,
  page: Page,
  links: readonly LogoutControl[],
): LogoutControl[] {
  const { scripts } = page
  const isPlain = scripts.text === '' && scripts.sources.length === 0 && scripts.handlers === ''
  return links
    .filter(({ method, from }) => !isPlain && method === 'GET' && from === page.url)
    .map(({ url, found, rank }) =>
      scriptRequest(
        { http, jar, page },
        { url, found: `${found}, by its script`, rank: rank - 10, method: 'POST' },
      ),
    )
}

/** Ways out that the scripts of these pages have in their text, the surest first. */
export async function scriptControls(
  http: Http,
  jar: BrowserJar,
  pages: readonly Page[],
): Promise<LogoutControl[]> {
  const found = new Map<string, LogoutControl>()
  for (const page of pages) {
    const text = [...(await scriptTexts(http, page)), page.scripts.handlers].join('\n')
    for (const call of scriptCalls(text, page.url)) {
      const rank = http.allows(call.url) ? rankOf(call) : 0
      for (const method of call.method === null ? ['POST', 'GET'] : [call.method]) {
        const key = `${method} ${call.url.href}`
        if (rank === 0 || found.has(key)) continue
        const about = { url: call.url, method, found: `a script on ${page.url.pathname}`, rank }
        const asked = scriptRequest({ http, jar, page }, about)
        const control = REVOKES.test(call.url.pathname) && jar.token ? givingBack(asked, jar.token) : asked
        // An address without a method may be one of the pages that the script itself shows.
        found.set(key, call.method === null ? { ...control, isGuess: true } : control)
      }
    }
  }
  return [...found.values()].sort((a, b) => b.rank - a.rank).slice(0, MOST_CALLS)
}

/** As RFC 7009, 2.1 has it. */
function givingBack(control: LogoutControl, { value }: Credential): LogoutControl {
  return { ...control, body: { type: 'urlencoded', fields: [['token', value]] } }
}

/** 0 where it is no way out. */
function rankOf({ url: { pathname }, method }: ScriptCall): number {
  if (saysElsewhere(pathname)) return 0
  if (saysSignOut(pathname)) return method === null ? 2 : 3
  if (REVOKES.test(pathname)) return method === 'POST' ? 1 : 0
  return method === 'DELETE' && SESSION.test(pathname) ? 1 : 0
}
