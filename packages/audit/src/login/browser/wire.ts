import type { CDPSession, Page } from 'playwright-core'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Answer, Http } from '../../network/http.ts'
import type { HttpRequest } from '../../network/request.ts'
import { AuditError } from '../../options/errors.ts'
import { isRecord, recordsOf } from '../../options/recording/plain.ts'
import { readCookie } from '../../options/recording/storage-state.ts'
import type { Gate } from './gate.ts'
import { EMPTY_PICTURE, isWanted, type Paused, requestOf, responseOf } from './paused.ts'

/** What one request of the page was answered. */
export interface Sent {
  readonly answer: Answer
  /** A page or what a script asked for, not what a page is made of. */
  readonly isData: boolean
  readonly authorization: string | null
  readonly request: Omit<HttpRequest, 'jar'>
}

/** A page's only way out: each of its requests is sent by the auditor, with the jar's cookies, within the origin. */
export interface Wire {
  readonly sent: readonly Sent[]
  /** What must end the login. */
  readonly error: AuditError | null
  /** Where the page wanted to go, when that is another origin. */
  readonly leftTo: URL | null
  /** Requests without an answer. */
  readonly open: number
  /** When the last one began or ended, by `performance.now()`. */
  readonly lastAt: number
  /** Makes the jar hold what the browser holds, cookies of scripts included. */
  pull(): Promise<void>
}

/** Answers of the logins before, for what pages are made of. */
export type Kept = Map<string, Answer>

export async function connect(
  page: Page,
  http: Http,
  jar: BrowserJar,
  gate: Gate,
  kept: Kept,
  phase: 'login' | 'logout' = 'login',
): Promise<Wire> {
  const cdp = await page.context().newCDPSession(page)
  const sent: Sent[] = []
  const before = new Map<string, URL>()
  const state = {
    error: null as AuditError | null,
    leftTo: null as URL | null,
    open: 0,
    lastAt: performance.now(),
  }
  await push(cdp, jar)

  const pull = async (): Promise<void> => {
    const { cookies } = await cdp.send('Network.getAllCookies')
    jar.adopt(recordsOf(cookies).flatMap(readCookie))
  }
  const answerTo = async (paused: Paused): Promise<Answer | null> => {
    const url = new URL(paused.request.url)
    const from = before.get(paused.networkId ?? '')
    before.set(paused.networkId ?? '', url)
    if (!http.allows(url) && !(from && http.allowUpgrade(from, url))) {
      if (paused.resourceType === 'Document') state.leftTo = url
      return null
    }
    if (!isWanted(paused)) return null
    const known = kept.get(url.href)
    if (known && paused.request.method === 'GET') return known
    await pull()
    gate(paused)
    const request = requestOf(paused, http.secrets)
    const answer = await http.send({ ...request, phase, jar })
    const isData = /^(?:Document|XHR|Fetch)$/.test(paused.resourceType)
    sent.push({ answer, isData, authorization: header(paused, 'authorization'), request })
    if (!isData && mayKeep(answer)) kept.set(url.href, answer)
    return answer
  }
  cdp.on('Fetch.requestPaused', (paused: Paused) => {
    state.open += 1
    state.lastAt = performance.now()
    const { requestId } = paused
    answerTo(paused)
      .catch((error: unknown) => {
        state.error ??= error instanceof AuditError ? error : null
        return null
      })
      .then((answer) =>
        answer !== null
          ? cdp.send('Fetch.fulfillRequest', { requestId, ...responseOf(answer) })
          : paused.resourceType === 'Image'
            ? cdp.send('Fetch.fulfillRequest', { requestId, ...EMPTY_PICTURE })
            : cdp.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' }),
      )
      // The page is gone, and with it the request.
      .catch(() => {})
      .finally(() => {
        state.open -= 1
        state.lastAt = performance.now()
      })
  })
  await cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] })
  return Object.defineProperties({ sent, pull }, live(state)) as unknown as Wire
}

function live(state: object): PropertyDescriptorMap {
  return Object.fromEntries(
    Object.keys(state).map((key) => [key, { get: () => state[key as keyof typeof state] }]),
  )
}

/** Gives the browser the cookies that the jar holds. */
async function push(cdp: CDPSession, jar: BrowserJar): Promise<void> {
  const cookies = jar.stored().map(({ name, value, domain, path, expires, httpOnly, secure, sameSite }) => ({
    ...{ name, value, path, httpOnly, secure },
    ...(domain.startsWith('.') ? { domain } : { url: `${secure ? 'https' : 'http'}://${domain}${path}` }),
    ...(expires > 0 ? { expires } : {}),
    ...(sameSite === null ? {} : { sameSite }),
  }))
  for (const cookie of cookies) await cdp.send('Network.setCookie', cookie)
}

function mayKeep({ status, cookies, headers }: Answer): boolean {
  return status === 200 && cookies.length === 0 && !/no-store|private/i.test(headers['cache-control'] ?? '')
}

function header({ request }: Paused, name: string): string | null {
  const headers = isRecord(request.headers) ? request.headers : {}
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)
  return found ? String(found[1]) : null
}
