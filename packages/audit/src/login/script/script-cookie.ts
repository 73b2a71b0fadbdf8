import type { BrowserJar } from '../../network/cookies/jar.ts'
import { readSetCookie } from '../../network/cookies/set-cookie.ts'
import type { Answer, Http } from '../../network/http.ts'
import { parseJson } from '../../network/json.ts'
import type { Page } from '../../network/pages/html.ts'

/** `document.cookie = "name=" + data.token + "; Path=/"`, or the same as a template. */
const SETS =
  /document\.cookie\s*=\s*(["'`])([!#$%&'*+.^_|~\w-]+)=(?:\1\s*\+\s*|\$\{\s*)(encodeURIComponent\s*\(\s*)?([\w$]+(?:\??\.[\w$]+)*)([^\n]{0,200})/g
const ATTRIBUTES = /;\s*((?:path|domain|max-age|samesite)\s*=\s*[^;"'`$+\s]+|secure|partitioned)/gi

/** Sets the cookies that a page's script makes of what its login answered, as the script would. */
export function setScriptCookies(
  http: Http,
  { scripts: { text } }: Pick<Page, 'scripts'>,
  { body, url, status }: Answer,
  jar: BrowserJar,
): void {
  if (status >= 400 || !text.includes('document.cookie')) return
  const data = parseJson(body)
  for (const [, , name = '', encoded, path = '', rest = ''] of text.matchAll(SETS)) {
    const value = memberOf(data, path.split(/\??\./).at(-1) ?? '')
    if (value === null) continue
    const sent = encoded === undefined ? value : encodeURIComponent(value)
    const attributes = [...rest.matchAll(ATTRIBUTES)].map(([, attribute = '']) => `; ${attribute}`)
    const cookie = readSetCookie(`${name}=${sent}${attributes.join('')}`, url, Date.now())
    if (cookie === null) continue
    http.secrets.add(name, cookie.value)
    jar.learn(url, [cookie], false)
  }
}

/** A text of this name, at the top or one level down. */
function memberOf(data: unknown, name: string): string | null {
  for (const each of [data, ...childrenOf(data)]) {
    if (typeof each !== 'object' || each === null || !Object.hasOwn(each, name)) continue
    const value: unknown = Object.entries(each).find(([key]) => key === name)?.[1]
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}

function childrenOf(data: unknown): unknown[] {
  return typeof data === 'object' && data !== null ? Object.values(data) : []
}
