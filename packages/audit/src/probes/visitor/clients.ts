import type { Phase } from '../../evidence/evidence.ts'
import { type Credential, frozenJar } from '../../network/cookies/jar.ts'
import type { Answer, Http } from '../../network/http.ts'
import { type Tokens, tokensOf } from './tokens.ts'

/** One answer to a client, and what its page would send. */
export interface Seen {
  readonly answer: Answer
  readonly tokens: Tokens
}

/** Clients without an account, which all ask for one page; no more often than an audit without one may. */
export class Clients {
  readonly http: Http
  readonly page: URL
  readonly #most: number

  constructor(http: Http, page: URL, requests: number) {
    this.http = http
    this.page = page
    this.#most = http.requests + requests
  }

  /** How many requests are left. */
  get left(): number {
    return this.#most - this.http.requests
  }

  /** Asks with exactly these cookies. */
  async ask(cookies: readonly Credential[], url = this.page, phase: Phase = 'replay'): Promise<Seen> {
    const answer = await this.http.send({ url, phase, jar: frozenJar(cookies) })
    return { answer, tokens: tokensOf(answer) }
  }

  /** A client that was never here. */
  fresh(): Promise<Seen> {
    return this.ask([], this.page, 'anonymous')
  }
}

/** What an answer leaves in a browser that had nothing. */
export function given({ answer }: Seen): readonly Credential[] {
  const last = new Map(answer.cookies.map((cookie) => [cookie.name, cookie]))
  return [...last.values()]
    .filter(({ deletion, name }) => !deletion && name !== '')
    .map(({ name, value }) => ({ kind: 'cookie', name, value }))
}

export function valueNamed(cookies: readonly Credential[], name: string): string | null {
  return cookies.find((cookie) => cookie.name === name)?.value ?? null
}

/** The cookies, one of them with another value. */
export function swapped(cookies: readonly Credential[], name: string, value: string): readonly Credential[] {
  return cookies.map((cookie) => (cookie.name === name ? { ...cookie, value } : cookie))
}

/** The answer gives the cookie another value than the one that came, or takes it away. */
export function isReplaced({ answer }: Seen, name: string, sent: string): boolean {
  const set = answer.cookies.findLast((cookie) => cookie.name === name)
  return set !== undefined && (set.deletion || set.value !== sent)
}
