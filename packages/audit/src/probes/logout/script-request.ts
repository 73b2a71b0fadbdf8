import { csrfHeaders } from '../../login/json.ts'
import type { RequestBody } from '../../network/body.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Page } from '../../network/pages/html.ts'
import type { LogoutControl } from './logout-control.ts'
import { tokenOf } from './page-token.ts'

/** What a page's script sends along wherever it sends something. */
export interface ScriptSource {
  readonly http: Http
  readonly jar: BrowserJar
  readonly page: Page
}

/** A logout as the script of a page would ask for it: with the page's token, and with the one that renews a login. */
export function scriptRequest(
  { http, jar, page }: ScriptSource,
  about: Pick<LogoutControl, 'url' | 'found' | 'rank'> & { readonly method: string },
): LogoutControl {
  const { url, method } = about
  const token = method === 'GET' ? null : tokenOf(page)
  if (token) http.secrets.add(token.name, token.value)
  const headers = { ...(token ? { 'x-csrf-token': token.value } : {}), ...csrfHeaders(jar, url) }
  const body = method === 'GET' ? null : bodyOf(jar, method, token && [token.name, token.value])
  return { ...about, from: page.url, script: true, headers, ...(body === null ? {} : { body }) }
}

function bodyOf(
  { refresh }: BrowserJar,
  method: string,
  token: readonly [string, string] | null,
): RequestBody | null {
  if (refresh) return { type: 'json', fields: token ? [refresh, token] : [refresh] }
  return token && method === 'POST' ? { type: 'urlencoded', fields: [token] } : null
}
