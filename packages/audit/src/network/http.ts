import type { Exchange, Phase } from '../evidence/evidence.ts'
import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import { assertLiteralAllowed } from './address.ts'
import { encodeBody } from './body.ts'
import { Budget } from './budget.ts'
import { clearsCookies } from './cookies/clear-site-data.ts'
import { BrowserJar, type Credential, type Jar, NO_CREDENTIALS } from './cookies/jar.ts'
import { readSetCookie, type SeenCookie } from './cookies/set-cookie.ts'
import { GivenHeaders } from './given-headers.ts'
import { hostOf } from './host.ts'
import { CLOCK, type Clock, Pace, type Waiting } from './pace.ts'
import { curlLine } from './redaction/curl.ts'
import { addHanded } from './redaction/handed.ts'
import { fingerprint, Secrets } from './redaction/secrets.ts'
import { type HttpRequest, headersFor } from './request.ts'
import { decodeText } from './text/charset.ts'
import { undoCodings } from './text/content-coding.ts'
import { asUtf8 } from './text/header.ts'
import { Client, type RawAnswer, type RawRequest } from './wire/client.ts'
import { inOrder } from './wire/order.ts'
import { sentHeaders } from './wire/sent-headers.ts'

/** One answer, with its secrets. It never leaves the gathering side; its {@link Exchange} does. */
export interface Answer {
  readonly exchange: number
  /** The newest exchange that was answered when this was sent; others may have been under way. */
  readonly after: number
  readonly phase: Phase
  readonly method: string
  readonly url: URL
  readonly status: number
  /** Lower-case names; several of one name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** Where it redirects to; null when it does not. */
  readonly location: URL | null
  readonly cookies: readonly SeenCookie[]
  readonly sentNames: readonly string[]
  readonly body: string
  /** What its body was encoded in, as text. */
  readonly charset: string
  /** What its body is coded in and could not be read for; null when it was read. */
  readonly coding: string | null
}

/**
 * The only socket of an audit. It stays on one origin (and, for a login, on those that the user allowed), follows no redirect by itself, spends from two
 * budgets and records what it did without secrets.
 *
 * `send` throws AuditError: `off_origin`, `budget_spent`, `aborted`, `address_refused`, `unreachable`.
 */
export class Http {
  readonly secrets = new Secrets()
  /** Those of the site, and of no other origin. */
  readonly answers: Answer[] = []
  readonly exchanges: Exchange[] = []
  /** Stands for every visitor without cookies, where visitors end the user's session; null elsewhere. */
  visitor: BrowserJar | null = null
  /** What else ends with the audit. */
  readonly closing: (() => Promise<void>)[] = []
  readonly budget: Budget
  readonly pace: Pace
  /** Headers that every request to the site carries, the visitor's too. */
  readonly given: GivenHeaders
  readonly #options: AuditOptions
  readonly #browser: Client
  readonly #clean: Client
  readonly #allowed: Set<string>
  readonly #loginOrigins: ReadonlySet<string>
  /** What each browser keeps of those: none of the site's cookies. */
  readonly #apart = new WeakMap<Jar, BrowserJar>()

  constructor(
    options: AuditOptions,
    target: URL,
    clock: Clock = CLOCK,
    tell: (waiting: Waiting) => void = () => {},
  ) {
    this.#options = options
    this.budget = new Budget(options, clock.now)
    this.pace = new Pace((options.maxWait ?? MOST_WAIT) * 1000, clock, tell)
    this.#allowed = new Set([target.origin])
    this.given = new GivenHeaders(target, this.secrets, options.headers)
    this.#loginOrigins = new Set(options.loginOrigins?.map((origin) => new URL(origin).origin))
    this.#browser = new Client(options)
    this.#clean = new Client(options)
  }

  get requests(): number {
    return this.budget.requests
  }

  get logins(): number {
    return this.budget.logins
  }

  /** Without a phase: whether it is the site's. */
  allows(url: URL, phase?: Phase): boolean {
    return this.#allowed.has(url.origin) || (phase === 'login' && this.#loginOrigins.has(url.origin))
  }

  /** Lets the audit follow the site from http to https on the same host and their default ports. */
  allowUpgrade(from: URL, to: URL): boolean {
    const upgrade = from.protocol === 'http:' && to.protocol === 'https:' && hostOf(from) === hostOf(to)
    if (!upgrade || from.port !== '' || to.port !== '') return false
    this.#allowed.add(to.origin)
    return true
  }

  /** Lets the transport probe ask for the plain-http twin of an https site on its default port. */
  allowPlain(https: URL): URL | null {
    if (https.protocol !== 'https:' || https.port !== '') return null
    const plain = new URL(https.href)
    plain.protocol = 'http:'
    this.#allowed.add(plain.origin)
    return plain
  }

  /** Called before credentials are sent. Throws `budget_spent`. */
  spendLogin(): void {
    this.budget.spendLogin()
  }

  /** Sends a request; once more, when the site said that it is to be later. */
  async send(request: HttpRequest): Promise<Answer> {
    const { method = 'GET', url, phase } = request
    const sent = { method, path: url.pathname, repeatable: phase === 'login' || phase === 'logout' }
    if (request.until) {
      // What it waits for may wait for a place among those under way.
      await this.pace.turn(this.budget.signal)
      return await this.#sendOnce(request)
    }
    for (let attempt = 0; ; attempt += 1) {
      await this.pace.enter()
      try {
        this.budget.demandTime(this.pace.ahead)
        const heard = await this.pace.turn(this.budget.signal)
        const answer = await this.#sendOnce(request)
        if (!this.pace.heed(answer, sent, attempt, heard)) return answer
      } finally {
        this.pace.leave()
      }
    }
  }

  async #sendOnce(request: HttpRequest): Promise<Answer> {
    const { url } = request
    if (!this.allows(url, request.phase)) {
      throw new AuditError(
        'off_origin',
        `${url.origin} is not the audited origin, so it is not contacted; --login-origin allows one for logins`,
      )
    }
    const jar = this.#jarFor(request)
    if (this.#options.allowAddress) assertLiteralAllowed(url, this.#options.allowAddress)
    const credentials = jar
      .credentials(url)
      .map((credential) => ({ ...credential, name: credential.sentAs ?? credential.name }))
    for (const { name, value } of credentials) this.secrets.add(name, value)
    const method = request.method ?? 'GET'
    const encoded = request.body ? encodeBody(request.body) : null
    const headers = { ...headersFor(request, method), ...(this.allows(url) ? this.given.to(url) : {}) }
    const wire = sentHeaders({ method, headers, credentials, encoded })
    const body = encoded?.bytes ?? null

    const client = request.phase === 'replay' ? this.#clean : this.#browser
    const after = this.exchanges.length
    const inTheirOrder = inOrder(wire, { script: request.script === true })
    const sentMs = Math.round(this.budget.elapsed)
    const raw = await this.#dispatch(client, { ...request, method, headers: inTheirOrder, body })
    const tookMs = Math.round(this.budget.elapsed) - sentMs
    const read = await this.#read(raw, request, method, credentials)
    // Numbered as it is recorded: others may be under way.
    const answer: Answer = { ...read, exchange: this.exchanges.length + 1, after }
    this.#record(
      answer,
      { sentMs, tookMs },
      {
        method,
        url: this.secrets.redactUrl(url.href),
        credentials,
        body: request.body ?? null,
        headers: { ...headers, referer: this.secrets.redactUrl(headers.referer ?? '') },
      },
    )
    jar.learn(url, answer.cookies, clearsCookies(url, answer.headers['clear-site-data']))
    return answer
  }

  #jarFor({ url, jar }: HttpRequest): Jar {
    if (this.allows(url)) return jar === NO_CREDENTIALS ? (this.visitor ?? jar) : jar
    const apart = this.#apart.get(jar) ?? new BrowserJar()
    this.#apart.set(jar, apart)
    return apart
  }

  async close(): Promise<void> {
    this.#browser.close()
    this.#clean.close()
    await Promise.all(this.closing.map((close) => close()))
  }

  async #dispatch(client: Client, request: Omit<RawRequest, 'signal'>): Promise<RawAnswer> {
    this.budget.spendRequest()
    // One that is held back waits for others.
    const limit = (this.#options.timeout ?? 10_000) * (request.until ? 6 : 1)
    const stop = this.budget.signal
    const timeout = AbortSignal.timeout(Math.min(limit, Math.ceil(this.budget.milliseconds)))
    const signal = stop ? AbortSignal.any([timeout, stop]) : timeout
    try {
      return await client.request({ ...request, signal })
    } catch (error) {
      throw this.#explain(error, request.url, limit)
    }
  }

  #explain(error: unknown, url: URL, limit: number): AuditError {
    if (error instanceof AuditError) return error
    if (this.budget.signal?.aborted) return new AuditError('aborted', 'the audit was stopped')
    const cause = error as { name?: string; code?: string; message?: string; cause?: unknown }
    if (cause.cause instanceof AuditError) return cause.cause
    if (cause.name === 'TimeoutError') {
      return (
        this.budget.overtime() ??
        new AuditError(
          'unreachable',
          `${url.origin} did not answer within ${limit} ms; --timeout sets how long it may take`,
        )
      )
    }
    const detail = cause.code ?? cause.message ?? 'unknown error'
    const certificate = /CERT|SELF_SIGNED|SIGNATURE|ALTNAME/.test(detail)
    const advice = certificate ? '; --insecure accepts its certificate' : ''
    return new AuditError('unreachable', `${url.origin} could not be reached (${detail})${advice}`)
  }

  async #read(
    raw: RawAnswer,
    request: HttpRequest,
    method: string,
    sent: readonly Credential[],
  ): Promise<Omit<Answer, 'exchange' | 'after'>> {
    const headers: Record<string, string> = {}
    for (const [name, value] of raw.headers) {
      if (name !== 'set-cookie') headers[name] = name in headers ? `${headers[name]}, ${value}` : value
    }
    const now = Date.now()
    const cookies = raw.headers
      .filter(([name]) => name === 'set-cookie')
      .map(([, header]) => readSetCookie(header, request.url, now))
      .filter((cookie) => cookie !== null)
    for (const { name, value } of cookies) this.secrets.add(name, value)
    const target = headers.location === undefined ? undefined : asUtf8(headers.location)
    const { bytes, coding } = await undoCodings(raw.bytes, headers['content-encoding'] ?? '')
    const { text, charset } = decodeText(bytes, headers['content-type'] ?? '')
    const redirects = raw.status >= 300 && raw.status < 400 && target !== undefined
    return {
      phase: request.phase,
      method,
      url: request.url,
      status: raw.status,
      headers,
      location: redirects && URL.canParse(target, request.url) ? new URL(target, request.url) : null,
      cookies,
      sentNames: sent.map(({ name }) => name),
      body: text,
      charset,
      coding,
    }
  }

  #record(
    answer: Answer,
    times: Pick<Exchange, 'sentMs' | 'tookMs'>,
    shown: Omit<Parameters<typeof curlLine>[0], 'insecure' | 'secrets'>,
  ): void {
    if (this.allows(answer.url)) this.answers.push(answer)
    if (answer.location && this.#loginOrigins.size > 0) addHanded(this.secrets, answer.location)
    this.exchanges.push({
      id: answer.exchange,
      phase: answer.phase,
      method: answer.method,
      url: shown.url,
      status: answer.status,
      location: answer.location && this.secrets.redactUrl(answer.location.href),
      sentCookies: Object.fromEntries(shown.credentials.map(({ name, value }) => [name, fingerprint(value)])),
      setCookies: answer.cookies.map(({ name }) => name),
      curl: curlLine({ ...shown, insecure: this.#options.insecure === true, secrets: this.secrets }),
      ...times,
    })
  }
}

/** Seconds that may be waited in all because a site asks for it. */
const MOST_WAIT = 120
