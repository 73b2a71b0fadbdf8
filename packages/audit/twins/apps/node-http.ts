import { hash, randomBytes } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isAccount, randomToken, sameText } from '../serve/account.ts'
import { accountPage, askToSignOutPage, homePage, loginPage } from '../serve/pages.ts'
import { isFromElsewhere, readCookies, readForm, redirect, sendHtml } from '../serve/requests.ts'

export type NodeFault =
  | 'chosen-id'
  | 'old-id-kept'
  | 'strict-ids'
  | 'id-in-url'
  | 'referrer-leak'
  | 'id-exposed'
  | 'shared-cache'
  | 'id-length'
  | 'id-counts'
  | 'id-clock'
  | 'id-hash'
  | 'logout'
  | 'logout-get'
  | 'login-csrf'
  | 'logout-in-flight'
  | 'late-answer'
  | 'bulk-revoke'
  | 'stream-outlives-logout'
  | 'concurrent-sessions'
  | 'idle-timeout'
  | 'absolute-timeout'

export interface NodeSite {
  /**
   * `referrer-leak`: the ID is in the URL, and the pages have whole URLs sent to other origins.
   * `id-exposed`: a header repeats the ID.
   * `shared-cache`: the style sheet renews the session's cookie, and a cache in front keeps it for everybody.
   */
  readonly fault: NodeFault | null
  /** Visitors have a session too, with the login form's token in it. Otherwise the first cookie comes at login. */
  readonly visitors?: boolean
  /** Sessions that a user may have; one more ends the oldest. Default any number. */
  readonly limit?: number
  /** Sessions end by this clock: after half an hour without use, and after eight hours. Default never. */
  readonly clock?: () => number
  /** The account page has a button that ends all other sessions. */
  readonly everywhere?: boolean
  /** The account page opens an event stream. */
  readonly stream?: boolean
}

const IDLE = 30 * 60_000
const ABSOLUTE = 8 * 3_600_000

interface Session {
  user?: string
  csrf: string
  begun: number
  used: number
}

const COOKIE = 'moor'

/** Plain node:http with a table of sessions, as one writes it by hand, logout by a link to a page that asks. */
export function nodeSite(site: NodeSite): RequestListener {
  const sessions = new Map<string, Session>()
  const newId = makerOfIds(site)
  /** Of the cache in front, by address. */
  const kept = new Map<string, string>()

  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    const url = new URL(request.url ?? '/', 'http://localhost')
    const visit = new Visit(request, response, sessions, site, newId, url)
    const at = `${request.method} ${url.pathname}`
    if (at === 'GET /') sendHtml(response, homePage({ volatile: true }))
    else if (at === 'GET /login') visit.loginForm()
    else if (at === 'POST /login') await visit.login()
    else if (at === 'GET /account') visit.account()
    else if (at === 'GET /events' && site.stream) visit.events()
    else if (at === 'POST /logout') visit.logout()
    else if (at === 'GET /site.css') visit.stylesheet(kept)
    else if (at === 'POST /logout/everywhere' && site.everywhere) visit.endOthers()
    else if (at === 'GET /logout' && site.fault === 'logout-get') visit.logout()
    else if (at === 'GET /logout') sendHtml(response, askToSignOutPage())
    else sendHtml(response, 'Not found', 404)
  }
}

/** `id-counts`, `id-clock` and `id-hash` look as long as a good ID, and tell the next one. */
function makerOfIds(site: NodeSite): () => string {
  let count = randomBytes(3).readUIntBE(0, 3)
  if (site.fault === 'id-length') return () => randomBytes(5).toString('hex')
  if (site.fault === 'id-counts') return () => (count++).toString(16).padStart(40, '0')
  if (site.fault === 'id-clock') return () => `${Date.now()}${process.pid}`.padEnd(36, '0')
  if (site.fault === 'id-hash') return () => hash('md5', String((count++ % 100_000) + 1))
  return randomToken
}

/** One request and the session it came with. */
class Visit {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #sessions: Map<string, Session>
  readonly #site: NodeSite
  readonly #newId: () => string
  readonly #id: string | undefined
  readonly #takesUrls: boolean

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    sessions: Map<string, Session>,
    site: NodeSite,
    newId: () => string,
    url: URL,
  ) {
    this.#request = request
    this.#response = response
    this.#sessions = sessions
    this.#site = site
    this.#newId = newId
    this.#takesUrls = site.fault === 'id-in-url' || site.fault === 'referrer-leak'
    const inUrl = this.#takesUrls ? url.searchParams.get(COOKIE) : null
    this.#id = readCookies(request).get(COOKIE) ?? inUrl ?? undefined
  }

  #session(): Session | undefined {
    const session = this.#sessions.get(this.#id ?? '')
    if (session === undefined || this.#isOver(session)) return undefined
    session.used = this.#now()
    return session
  }

  #now(): number {
    return this.#site.clock?.() ?? 0
  }

  #isOver({ begun, used }: Session): boolean {
    const { fault } = this.#site
    const isUnused = fault !== 'idle-timeout' && this.#now() - used > IDLE
    return isUnused || (fault !== 'absolute-timeout' && this.#now() - begun > ABSOLUTE)
  }

  #newSession(): Session {
    return { csrf: randomToken(), begun: this.#now(), used: this.#now() }
  }

  #start(id: string, session: Session): void {
    this.#sessions.set(id, session)
    this.#response.appendHeader('Set-Cookie', `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax`)
  }

  loginForm(): void {
    if (!this.#site.visitors) {
      sendHtml(this.#response, loginPage())
      return
    }
    let session = this.#session()
    if (!session) {
      session = this.#newSession()
      const adopted = this.#site.fault === 'strict-ids' ? this.#id : undefined
      this.#start(adopted ?? this.#newId(), session)
    }
    sendHtml(this.#response, loginPage({ csrf: session.csrf }))
  }

  async login(): Promise<void> {
    if (this.#site.fault !== 'login-csrf' && isFromElsewhere(this.#request)) {
      return sendHtml(this.#response, 'Sign in on our own page', 403)
    }
    const loaded = this.#session()
    const form = await readForm(this.#request)
    const before = this.#session()
    if (this.#site.visitors && !sameText(form.get('_csrf'), before?.csrf)) {
      return sendHtml(this.#response, 'The form has expired', 403)
    }
    if (!isAccount(form.get('username'), form.get('password'))) {
      if (loaded && this.#site.fault === 'logout-in-flight') this.#sessions.set(this.#id ?? '', loaded)
      if (loaded && this.#site.fault === 'late-answer') this.#start(this.#newId(), loaded)
      const csrf = before?.csrf
      const page = loginPage({ error: 'Wrong name or password', ...(csrf ? { csrf } : {}) })
      return sendHtml(this.#response, page, 401)
    }
    const session = before ?? this.#newSession()
    session.user = 'ada'
    const id = this.#site.fault === 'chosen-id' ? (this.#id ?? this.#newId()) : this.#newId()
    if (this.#id && this.#site.fault !== 'old-id-kept') this.#sessions.delete(this.#id)
    this.#start(id, session)
    this.#endOldest()
    redirect(this.#response, this.#takesUrls ? `/account?${COOKIE}=${id}` : '/account')
  }

  /** A Map keeps the order in which sessions began. */
  #endOldest(): void {
    if (this.#site.limit === undefined || this.#site.fault === 'concurrent-sessions') return
    const own = [...this.#sessions].filter(([, { user }]) => user === 'ada')
    for (const [id] of own.slice(0, -this.#site.limit)) this.#sessions.delete(id)
  }

  account(): void {
    if (!this.#session()?.user) {
      redirect(this.#response, '/login')
      return
    }
    const linkSuffix = this.#takesUrls ? `?${COOKIE}=${this.#id}` : ''
    const { fault, visitors } = this.#site
    if (fault === 'referrer-leak') this.#response.setHeader('Referrer-Policy', 'unsafe-url')
    if (fault === 'id-exposed') this.#response.setHeader('X-Visit', this.#id ?? '')
    const stylesheet = visitors ? { stylesheet: '/site.css' } : {}
    const page = { logout: 'link', volatile: true, linkSuffix, outside: 'https://tides.example/' } as const
    const everywhere = this.#site.everywhere === true
    const stream = this.#site.stream ? { stream: '/events' } : {}
    sendHtml(this.#response, accountPage({ ...page, ...stylesheet, everywhere, ...stream }))
  }

  /** The fault: who may have it is asked when it begins, and never again. */
  events(): void {
    if (!this.#session()?.user) {
      sendHtml(this.#response, 'Sign in first', 401)
      return
    }
    this.#response.writeHead(200, { 'content-type': 'text/event-stream' })
    const tick = setInterval(() => {
      const isOver = !this.#session()?.user && this.#site.fault !== 'stream-outlives-logout'
      if (isOver) this.#response.end()
      else this.#response.write(`data: ${Date.now()}\n\n`)
    }, 20)
    this.#response.once('close', () => clearInterval(tick))
  }

  /** The fault: one of the others is missing in the list, as when two logins wrote it at the same time. */
  endOthers(): void {
    const own = this.#session()
    if (own?.user) {
      const others = [...this.#sessions].filter(([id, { user }]) => user === own.user && id !== this.#id)
      const known = this.#site.fault === 'bulk-revoke' ? others.slice(0, -1) : others
      for (const [id] of known) this.#sessions.delete(id)
    }
    redirect(this.#response, '/account')
  }

  stylesheet(kept: Map<string, string>): void {
    this.#response.setHeader('Cache-Control', 'public, max-age=3600')
    this.#response.setHeader('Content-Type', 'text/css')
    if (this.#site.fault === 'shared-cache') {
      const address = this.#request.url ?? ''
      const id = kept.get(address) ?? this.#id
      if (id !== undefined) {
        kept.set(address, id)
        this.#response.appendHeader('Set-Cookie', `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax`)
      }
    }
    this.#response.end('main { max-width: 60ch }')
  }

  logout(): void {
    if (this.#site.fault !== 'logout') this.#sessions.delete(this.#id ?? '')
    this.#response.appendHeader('Set-Cookie', `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`)
    redirect(this.#response, '/')
  }
}
