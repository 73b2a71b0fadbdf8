import { randomBytes } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isAccount, randomToken, sameText } from '../serve/account.ts'
import { accountPage, askToSignOutPage, homePage, loginPage } from '../serve/pages.ts'
import { readCookies, readForm, redirect, sendHtml } from '../serve/requests.ts'

export type NodeFault =
  | 'chosen-id'
  | 'old-id-kept'
  | 'strict-ids'
  | 'id-in-url'
  | 'id-length'
  | 'id-counts'
  | 'id-clock'
  | 'logout'
  | 'logout-get'
  | 'logout-in-flight'
  | 'late-answer'
  | 'bulk-revoke'
  | 'stream-outlives-logout'
  | 'concurrent-sessions'

export interface NodeSite {
  readonly fault: NodeFault | null
  /** Visitors have a session too, with the login form's token in it. Otherwise the first cookie comes at login. */
  readonly visitors?: boolean
  /** Sessions that a user may have; one more ends the oldest. Default any number. */
  readonly limit?: number
  /** The account page has a button that ends all other sessions. */
  readonly everywhere?: boolean
  /** The account page opens an event stream. */
  readonly stream?: boolean
}

interface Session {
  user?: string
  csrf: string
}

const COOKIE = 'moor'

/** Plain node:http with a table of sessions, as one writes it by hand, logout by a link to a page that asks. */
export function nodeSite(site: NodeSite): RequestListener {
  const sessions = new Map<string, Session>()
  const newId = makerOfIds(site)

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
    else if (at === 'POST /logout/everywhere' && site.everywhere) visit.endOthers()
    else if (at === 'GET /logout' && site.fault === 'logout-get') visit.logout()
    else if (at === 'GET /logout') sendHtml(response, askToSignOutPage())
    else sendHtml(response, 'Not found', 404)
  }
}

/** `id-counts` and `id-clock` look as long as a good ID, and tell the next one. */
function makerOfIds(site: NodeSite): () => string {
  let count = randomBytes(3).readUIntBE(0, 3)
  if (site.fault === 'id-length') return () => randomBytes(5).toString('hex')
  if (site.fault === 'id-counts') return () => (count++).toString(16).padStart(40, '0')
  if (site.fault === 'id-clock') return () => `${Date.now()}${process.pid}`.padEnd(36, '0')
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
    const inUrl = site.fault === 'id-in-url' ? url.searchParams.get(COOKIE) : null
    this.#id = readCookies(request).get(COOKIE) ?? inUrl ?? undefined
  }

  #session(): Session | undefined {
    return this.#sessions.get(this.#id ?? '')
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
      session = { csrf: randomToken() }
      const adopted = this.#site.fault === 'strict-ids' ? this.#id : undefined
      this.#start(adopted ?? this.#newId(), session)
    }
    sendHtml(this.#response, loginPage({ csrf: session.csrf }))
  }

  async login(): Promise<void> {
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
    const session = before ?? { csrf: randomToken() }
    session.user = 'ada'
    const id = this.#site.fault === 'chosen-id' ? (this.#id ?? this.#newId()) : this.#newId()
    if (this.#id && this.#site.fault !== 'old-id-kept') this.#sessions.delete(this.#id)
    this.#start(id, session)
    this.#endOldest()
    redirect(this.#response, this.#site.fault === 'id-in-url' ? `/account?${COOKIE}=${id}` : '/account')
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
    const linkSuffix = this.#site.fault === 'id-in-url' ? `?${COOKIE}=${this.#id}` : ''
    sendHtml(
      this.#response,
      accountPage({
        logout: 'link',
        volatile: true,
        linkSuffix,
        everywhere: this.#site.everywhere === true,
        ...(this.#site.stream ? { stream: '/events' } : {}),
      }),
    )
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

  logout(): void {
    if (this.#site.fault !== 'logout') this.#sessions.delete(this.#id ?? '')
    this.#response.appendHeader('Set-Cookie', `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`)
    redirect(this.#response, '/')
  }
}
