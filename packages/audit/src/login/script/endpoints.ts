import { NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Page } from '../../network/pages/html.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import { saysDanger, saysOther, saysSignIn } from '../words.ts'

/** Where a page's scripts send credentials: as the user named it, or as their text has it. */
export interface ScriptLogin {
  readonly page: URL
  readonly endpoint: URL
  /** Addresses that seem to give a token first. */
  readonly tokenUrls: readonly URL[]
}

const MOST_SCRIPTS = 4
const MOST_ENDPOINTS = 3
const LITERAL = /(["'`])(\/[\w\-.~/]{1,100}|[\w-]{1,40}(?:\/[\w\-.~]{1,60}){1,6})\1/g

/** The likeliest addresses first; none when the pages' scripts name none. */
export async function scriptLogins(http: Http, visits: readonly Visit[]): Promise<ScriptLogin[]> {
  const found = new Map<string, { score: number; login: ScriptLogin }>()
  for (const { page } of visits) {
    const text = (await scriptTexts(http, page)).join('\n')
    const all = literals(text, page.url).filter(({ url }) => http.allows(url))
    const tokenUrls = all.filter(({ url }) => /csrf|xsrf/i.test(url.pathname)).map(({ url }) => url)
    for (const { url, score } of all) {
      const known = found.get(url.href)
      if (score > (known?.score ?? 0))
        found.set(url.href, { score, login: { page: page.url, endpoint: url, tokenUrls } })
    }
  }
  return [...found.values()]
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_ENDPOINTS)
    .map(({ login }) => login)
}

/** Addresses that a page's own scripts ask for by themselves. */
export function fetchedBy({ page }: Visit): URL[] {
  return [...page.scripts.text.matchAll(LITERAL)]
    .filter(({ index }) => /\bfetch\(\s*$|\.get\(\s*$/.test(page.scripts.text.slice(0, index)))
    .flatMap(([, , path = '']) => (URL.canParse(path, page.url) ? [new URL(path, page.url)] : []))
    .filter((url) => !saysDanger(url.pathname))
}

/** What a page's scripts say; files are asked for once in an audit. */
export async function scriptTexts(http: Http, { scripts, url: from }: Page): Promise<string[]> {
  const texts = [scripts.text]
  for (const url of scripts.sources.filter((each) => http.allows(each)).slice(0, MOST_SCRIPTS)) {
    const known = http.answers.find(({ method, url: at }) => method === 'GET' && at.href === url.href)
    const { status, body } =
      known ?? (await http.send({ url, phase: 'anonymous', jar: NO_CREDENTIALS, from }))
    if (status === 200) texts.push(body)
  }
  return texts
}

/** Paths in a script, and how much each looks like what takes credentials; 0 for not at all. */
function literals(text: string, base: URL): { readonly url: URL; readonly score: number }[] {
  return [...text.matchAll(LITERAL)].flatMap(({ index, 0: whole, 2: path = '' }) => {
    if (!URL.canParse(path, base) || /\.(?:js|css|png|svg|jpe?g|woff2?|html?|json|map)$/i.test(path))
      return []
    const url = new URL(path, base)
    const before = text.slice(Math.max(0, index - 20), index)
    const after = text.slice(index + whole.length, index + whole.length + 160)
    const about =
      (saysSignIn(path) ? 3 : 0) + (/(?:^|\/)(?:sessions?|auth|token|callback)\b/i.test(path) ? 1 : 0)
    const isOther = about === 0 || saysDanger(path) || saysOther(path) || /csrf|xsrf/i.test(path)
    const isPosted = /^\s*,[^;]*?method["']?\s*:\s*["'`]POST/i.test(after) || /\.post\(\s*$/.test(before)
    const score = isOther
      ? 0
      : about + (isPosted ? 3 : 0) + (/\b(?:fetch|post|axios)\(\s*$/.test(before) ? 1 : 0)
    return [{ url, score: score >= 3 ? score : 0 }]
  })
}
