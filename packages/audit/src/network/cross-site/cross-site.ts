import type { CarrierSet, CookieAttributes, Phase } from '../../evidence/evidence.ts'
import type { RequestBody } from '../body.ts'
import type { BrowserJar, Credential, Jar } from '../cookies/jar.ts'
import type { Answer, Http } from '../http.ts'
import { pageOf } from '../pages/navigate.ts'
import type { Foreign } from './foreign.ts'

/**
 * What a browser makes of a cookie without SameSite. `lax`: Chromium, two minutes after the cookie was set.
 * `none`: Firefox and Safari always, and Chromium for requests that replace the page until then.
 */
export type Unspecified = 'lax' | 'none'

/** Reserved by RFC 2606: nobody has it, and nothing is ever sent there. */
const ELSEWHERE = new URL('https://attacker.example/')
const MOST_REDIRECTS = 10
/** Seconds; a page that reloads itself after minutes leads nowhere. */
const LATEST_REFRESH = 10

/** A page of another site; see {@link Foreign}. */
export function elsewhere(destination: Foreign['destination'], { hidden = false } = {}): Foreign {
  return { page: ELSEWHERE, destination, hidden }
}

type Attributes = Pick<CookieAttributes, 'sameSite' | 'partitioned'>

/** Whether a browser adds a cookie to a request that a page of another site makes. */
export function attaches(
  { sameSite, partitioned }: Attributes,
  method: string,
  destination: Foreign['destination'],
  unspecified: Unspecified,
): boolean {
  const navigates = destination === 'document'
  const byLax = navigates && (method === 'GET' || method === 'HEAD')
  if (sameSite === 'Strict') return false
  if (sameSite === 'Lax') return byLax
  // A partitioned cookie is kept apart for each site that embeds; a navigation embeds nowhere.
  if (sameSite === 'None') return navigates || !partitioned
  // Firefox and Safari keep the cookies of what a page loads from elsewhere apart from the site's own.
  return byLax || (navigates && unspecified === 'none')
}

/** What the browser of this jar adds to such a request. A bearer token is a script's to send: never. */
export function attached(
  jar: BrowserJar,
  url: URL,
  method: string,
  { destination }: Foreign,
  unspecified: Unspecified,
): readonly Credential[] {
  return jar
    .held(url)
    .filter((cookie) => attaches(cookie, method, destination, unspecified))
    .map(({ name, value }) => ({ kind: 'cookie', name, value }))
}

/** Whether what goes along is enough to be signed in. */
export function suffices(names: readonly string[], sets: readonly CarrierSet[]): boolean {
  return sets.some((set) => set.every((name) => names.includes(name)))
}

export interface ForeignRequest {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly body?: RequestBody
  readonly foreign: Foreign
  readonly unspecified: Unspecified
  readonly phase: Phase
  /** Whether the browser keeps what the answer sets. Without the session's cookies it is a visitor's answer. */
  readonly keeps: boolean
}

/** Sends it from the browser of this jar, which goes along with redirects and one refresh. */
export async function sendFromElsewhere(
  http: Http,
  jar: BrowserJar,
  request: ForeignRequest,
): Promise<readonly [Answer, ...Answer[]]> {
  const { foreign, unspecified, phase, keeps } = request
  const step = (url: URL, method: string, body: RequestBody | undefined): Promise<Answer> => {
    const credentials = attached(jar, url, method, foreign, unspecified)
    const view: Jar = { credentials: () => credentials, learn: keeps ? learner(jar, foreign) : () => {} }
    return http.send({ url, method, phase, foreign, jar: view, ...(body === undefined ? {} : { body }) })
  }
  let { method, body } = request as { method: string; body?: RequestBody }
  const first = await step(request.url, method, body)
  const answers: [Answer, ...Answer[]] = [first]
  let last = first
  while (last.location !== null && http.allows(last.location) && answers.length <= MOST_REDIRECTS) {
    if (last.status !== 307 && last.status !== 308) {
      method = 'GET'
      body = undefined
    }
    const target = new URL(last.location.href)
    target.hash = ''
    last = await step(target, method, body)
    answers.push(last)
  }
  const next = foreign.destination === 'document' ? refreshOf(last) : null
  if (next === null || !http.allows(next)) return answers
  // A page of the site itself goes on: that is no longer another site's request, whoever made the first one.
  const own: Foreign = { page: last.url, destination: 'document', hidden: false }
  answers.push(await http.send({ url: next, method: 'GET', phase, foreign: own, jar }))
  return answers
}

/** Where a page leads by itself within seconds, by a header or a meta element. */
function refreshOf(answer: Answer): URL | null {
  const [, seconds, to = ''] =
    /^\s*([\d.]+)\s*(?:[;,]\s*(?:url\s*=\s*)?["']?([^"']*))?/i.exec(answer.headers.refresh ?? '') ?? []
  if (seconds === undefined) return pageOf(answer).refresh
  return Number(seconds) <= LATEST_REFRESH && URL.canParse(to, answer.url) ? new URL(to, answer.url) : null
}

/** The answer to what a page loads from elsewhere may set and remove only cookies that are SameSite=None. */
function learner(jar: BrowserJar, { destination }: Foreign): Jar['learn'] {
  return (url, cookies, cleared) => {
    if (destination === 'document') return jar.learn(url, cookies, cleared)
    jar.learn(
      url,
      cookies.filter(({ attributes }) => attributes.sameSite === 'None' && !attributes.partitioned),
      false,
    )
  }
}
