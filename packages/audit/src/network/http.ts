import { isUtf8 } from 'node:buffer'
import { Agent, type Dispatcher } from 'undici'
import type { Exchange, Phase } from '../evidence/evidence.ts'
import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import { assertLiteralAllowed, guardedLookup } from './address.ts'
import { decodeBody, encodeBody, readLimited } from './body.ts'
import { Budget } from './budget.ts'
import { readSetCookie, type SeenCookie } from './cookies/set-cookie.ts'
import { hostOf, isLoopback } from './host.ts'
import { curlLine } from './redaction/curl.ts'
import { fingerprint, Secrets } from './redaction/secrets.ts'
import { type HttpRequest, headersFor } from './request.ts'

/** One answer, with its secrets. It never leaves the gathering side; its {@link Exchange} does. */
export interface Answer {
  readonly exchange: number
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
}

/**
 * The only socket of an audit. It stays on one origin, follows no redirect by itself, spends from two
 * budgets and records what it did without secrets.
 *
 * `send` throws AuditError: `off_origin`, `budget_spent`, `aborted`, `address_refused`, `unreachable`.
 */
export class Http {
  readonly secrets = new Secrets()
  readonly answers: Answer[] = []
  readonly exchanges: Exchange[] = []
  /** What else ends with the audit. */
  readonly closing: (() => Promise<void>)[] = []
  readonly budget: Budget
  readonly #options: AuditOptions
  readonly #browser: Agent
  readonly #clean: Agent
  readonly #allowed: Set<string>

  constructor(options: AuditOptions, target: URL) {
    this.#options = options
    this.budget = new Budget(options)
    this.#allowed = new Set([target.origin])
    this.#browser = makeAgent(options)
    this.#clean = makeAgent(options)
  }

  get requests(): number {
    return this.budget.requests
  }

  get logins(): number {
    return this.budget.logins
  }

  allows(url: URL): boolean {
    return this.#allowed.has(url.origin)
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

  async send(request: HttpRequest): Promise<Answer> {
    const { url, jar } = request
    if (!this.allows(url)) {
      throw new AuditError('off_origin', `${url.origin} is not the audited origin, so it is not contacted`)
    }
    if (this.#options.allowAddress) assertLiteralAllowed(url, this.#options.allowAddress)
    const credentials = jar.credentials(url)
    for (const { name, value } of credentials) this.secrets.add(name, value)
    const method = request.method ?? 'GET'
    const encoded = request.body ? encodeBody(request.body) : null
    const headers = headersFor(request, method)
    const cookie = credentials
      .filter(({ kind }) => kind === 'cookie')
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const wire: Record<string, string> = { ...headers }
    if (cookie !== '') wire.cookie = cookie
    for (const { kind, name, value } of credentials) if (kind === 'header') wire[name.toLowerCase()] = value
    if (encoded) wire['content-type'] = encoded.contentType

    const agent = request.phase === 'replay' ? this.#clean : this.#browser
    const raw = await this.#dispatch(agent, url, method, wire, encoded?.text ?? null)
    const answer = this.#read(raw, request, method)
    this.#record(answer, {
      method,
      url: this.secrets.redactUrl(url.href),
      credentials,
      body: request.body ?? null,
      headers: { ...headers, referer: this.secrets.redactUrl(headers.referer ?? '') },
    })
    jar.learn(url, answer.cookies, clearsCookies(answer))
    return answer
  }

  async close(): Promise<void> {
    const others = this.closing.map((close) => close())
    await Promise.all([this.#browser.destroy(), this.#clean.destroy(), ...others])
  }

  async #dispatch(
    agent: Agent,
    url: URL,
    method: string,
    headers: Record<string, string>,
    body: string | null,
  ): Promise<RawAnswer> {
    this.budget.spendRequest()
    const limit = this.#options.timeout ?? 10_000
    const stop = this.budget.signal
    const timeout = AbortSignal.timeout(limit)
    const signal = stop ? AbortSignal.any([timeout, stop]) : timeout
    const path = url.pathname + url.search
    try {
      const answer = await agent.request({
        origin: url.origin,
        path,
        method: method as Dispatcher.HttpMethod,
        headers,
        body,
        signal,
      })
      const bytes = await readLimited(answer.body)
      return { status: answer.statusCode, headers: answer.headers, bytes }
    } catch (error) {
      throw this.#explain(error, url, limit)
    }
  }

  #explain(error: unknown, url: URL, limit: number): AuditError {
    if (error instanceof AuditError) return error
    if (this.budget.signal?.aborted) return new AuditError('aborted', 'the audit was stopped')
    const cause = error as { name?: string; code?: string; message?: string; cause?: unknown }
    if (cause.cause instanceof AuditError) return cause.cause
    if (cause.name === 'TimeoutError') {
      return new AuditError('unreachable', `${url.origin} did not answer within ${limit} ms`)
    }
    const detail = cause.code ?? cause.message ?? 'unknown error'
    const certificate = /CERT|SELF_SIGNED|SIGNATURE|ALTNAME/.test(detail)
    const advice = certificate ? '; --insecure accepts its certificate' : ''
    return new AuditError('unreachable', `${url.origin} could not be reached (${detail})${advice}`)
  }

  #read(raw: RawAnswer, request: HttpRequest, method: string): Answer {
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(raw.headers)) {
      if (value !== undefined && name !== 'set-cookie') headers[name] = [value].flat().join(', ')
    }
    const now = Date.now()
    const cookies = [raw.headers['set-cookie'] ?? []]
      .flat()
      .map((header) => readSetCookie(header, request.url, now))
      .filter((cookie) => cookie !== null)
    for (const { name, value } of cookies) this.secrets.add(name, value)
    const target = headers.location === undefined ? undefined : asUtf8(headers.location)
    const redirects = raw.status >= 300 && raw.status < 400 && target !== undefined
    return {
      exchange: this.exchanges.length + 1,
      phase: request.phase,
      method,
      url: request.url,
      status: raw.status,
      headers,
      location: redirects && URL.canParse(target, request.url) ? new URL(target, request.url) : null,
      cookies,
      sentNames: request.jar.credentials(request.url).map(({ name }) => name),
      body: decodeBody(raw.bytes, headers['content-encoding'] ?? '', headers['content-type'] ?? ''),
    }
  }

  #record(answer: Answer, shown: Omit<Parameters<typeof curlLine>[0], 'insecure' | 'secrets'>): void {
    this.answers.push(answer)
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
    })
  }
}

/** Bytes of a header, which stand for themselves, as the text they are where they are UTF-8 (Fetch: location URL). */
function asUtf8(header: string): string {
  const bytes = Buffer.from(header, 'latin1')
  return bytes.toString('latin1') === header && isUtf8(bytes) ? bytes.toString() : header
}

/** Clear-Site-Data, which browsers heed on trustworthy origins only. */
function clearsCookies({ headers, url }: Answer): boolean {
  const trusted = url.protocol === 'https:' || isLoopback(hostOf(url))
  return trusted && /"(?:cookies|\*)"/.test(headers['clear-site-data'] ?? '')
}

/** What Chromium takes. */
const HEADER_LIMIT = 256 * 1024

interface RawAnswer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly bytes: Buffer
}

function makeAgent(options: AuditOptions): Agent {
  const lookup = options.allowAddress && guardedLookup(options.allowAddress)
  return new Agent({
    connect: { rejectUnauthorized: options.insecure !== true, ...(lookup ? { lookup } : {}) },
    connectTimeout: options.timeout ?? 10_000,
    maxHeaderSize: HEADER_LIMIT,
  })
}
