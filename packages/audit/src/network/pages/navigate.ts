import type { RequestBody } from '../body.ts'
import type { Answer, Http } from '../http.ts'
import type { HttpRequest } from '../request.ts'
import { type Page, readPage, readRefresh } from './html.ts'

/** A page as a browser ends up on it. */
export interface Visit {
  readonly answers: readonly Answer[]
  readonly final: Answer
  readonly page: Page
  /** Where the site wanted to go, when that is another origin; it was not contacted. */
  readonly leftTo: URL | null
}

const MOST_REDIRECTS = 10

/** Sends a request and follows redirects and meta refreshes step by step, within the origin. */
export async function visit(http: Http, request: HttpRequest): Promise<Visit> {
  const answers: Answer[] = []
  let next: HttpRequest = request
  for (let step = 0; ; step += 1) {
    const answer = await http.send(next)
    answers.push(answer)
    const page = pageOf(answer)
    const to = answer.location ?? refreshOf(answer, page)
    if (to === null || step === MOST_REDIRECTS) {
      return { answers, final: answer, page, leftTo: null }
    }
    if (!http.allows(to, next.phase) && !http.allowUpgrade(answer.url, to)) {
      return { answers, final: answer, page, leftTo: to }
    }
    next = answer.location ? redirected(next, answer, to) : refreshed(next, answer, to)
  }
}

/** A page that reloads itself is not a redirect. */
function refreshOf({ url, headers }: Answer, page: Page): URL | null {
  const refresh = readRefresh(headers.refresh ?? '', url) ?? page.refresh
  return refresh?.href === url.href ? null : refresh
}

/** What a browser sends next: 307 and 308 keep method and body, the others become a GET. */
function redirected(request: HttpRequest, answer: Answer, to: URL): HttpRequest {
  const { url: _, method: __, body: ___, headers: ____, ...rest } = request
  const target = new URL(to.href)
  target.hash = ''
  const keeps = answer.status === 307 || answer.status === 308
  const kept: { method?: string; body?: RequestBody } = {}
  if (keeps && request.method !== undefined) kept.method = request.method
  if (keeps && request.body !== undefined) kept.body = request.body
  const posted = request.posted === true || request.method === 'POST'
  return { ...rest, ...kept, url: target, ...(posted ? { posted } : {}) }
}

/** A page that goes on by itself is where the next request comes from. */
function refreshed({ phase, jar }: HttpRequest, answer: Answer, to: URL): HttpRequest {
  const target = new URL(to.href)
  target.hash = ''
  return { phase, jar, url: target, from: answer.url, unasked: true }
}

/** The page in an answer; an empty one for what is not HTML. */
export function pageOf(answer: Answer): Page {
  const type = answer.headers['content-type'] ?? ''
  const html = type === '' || /html/i.test(type) ? answer.body : ''
  return readPage(html, answer.url, answer.charset)
}
