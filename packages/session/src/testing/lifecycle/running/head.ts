import { AnswerHead, type HeadFields } from '../../../adapters/core/answer-head.ts'
import type { Exchange } from '../../../exchange.ts'
import { pairOf } from '../../browser.ts'
import type { Page } from '../step.ts'

const wishes: Readonly<Record<Page, Readonly<Record<string, string>>>> = {
  own: {},
  public: { 'cache-control': 'public, max-age=300', vary: 'Accept-Language' },
  cdn: { 'cache-control': 'private', 'cdn-cache-control': 'max-age=300' },
}

/** The head of an answer: what the application says in it, and what the session layer adds as it leaves. */
export class Head implements HeadFields {
  readonly #held = new AnswerHead()
  readonly #values: Map<string, string>
  readonly #lines = new Map<string, { readonly line: string; readonly stands: () => boolean }>()
  #cookies: readonly string[] = []
  isOut = false

  constructor(page: Page) {
    this.#values = new Map(Object.entries(wishes[page]))
  }

  setCookie(name: string, line: string, stands: () => boolean = () => true): void {
    this.#held.setCookie(name, line, stands)
    if (!this.isOut) this.#lines.set(name, { line, stands })
  }

  setHeader: Exchange['setHeader'] = (name, value) => this.#held.setHeader(name, value)

  /** The cookies that it would bring if it left now: `name=token`, or null where it removes it. */
  standing(): (string | null)[] {
    return [...this.#lines.values()].filter(({ stands }) => stands()).map(({ line }) => cookieOf(line))
  }

  /** It leaves, with the cookies that still stand. */
  leave(): (string | null)[] {
    this.#held.writeTo(this)
    this.isOut = true
    return this.#cookies.map(cookieOf)
  }

  get(name: string): string | undefined {
    return this.#values.get(name)
  }

  set(name: string, value: string): void {
    this.#values.set(name, value)
  }

  remove(name: string): void {
    this.#values.delete(name)
  }

  names(): readonly string[] {
    return [...this.#values.keys()]
  }

  cookies(): readonly string[] {
    return this.#cookies
  }

  setCookies(lines: readonly string[]): void {
    this.#cookies = lines
  }
}

export function cookieOf(line: string): string | null {
  return line.includes('Max-Age=0') ? null : pairOf(line)
}
