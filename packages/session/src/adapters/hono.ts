import type { Context, MiddlewareHandler } from 'hono'
import { addDefault, withoutCookie } from '../exchange.ts'
import type { Navigation } from '../navigation/navigation.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { onAbort, toResponse } from './fetch.ts'

/** The variables that {@link honoSession} sets: `new Hono<{ Variables: SessionVariables<Data> }>()`. */
export interface SessionVariables<Data extends object = Record<string, unknown>> {
  session: Session<Data>
}

/** Middleware for Hono: `c.var.session`. Session errors that nothing else answers become 503, 401, 409 or 413. */
export function honoSession<Data extends object>(
  sessions: Sessions<Data>,
  options?: AdapterOptions,
): MiddlewareHandler<{ Variables: SessionVariables<Data> }> {
  const answers = createAnswers(options)
  return async (c, next) => {
    const exchange = new HonoExchange(c)
    try {
      const session = await sessions.open(exchange, options)
      const answer = answers.opened(exchange, session)
      if (answer) return toResponse(answer)
      c.set('session', session)
    } catch (error) {
      const answer = answers.failed(error, exchange)
      if (!answer) throw error
      return toResponse(answer)
    }
    await next()
    exchange.finish()
    // Hono's default error handler has answered 500 by now; one of the application's own has its say.
    const answer = c.error && c.res.status === 500 ? answers.failed(c.error, exchange) : null
    if (answer) c.res = toResponse(answer)
  }
}

/** What @hono/node-server gives an application as its environment. */
interface NodeServer {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } }
  readonly outgoing?: {
    readonly headersSent: boolean
    hasHeader(name: string): boolean
    setHeader(name: string, value: string): unknown
  }
}

const none: readonly [string, string][] = []

// A class, as in the node adapter: closures made anew cost each request more than its session does.
class HonoExchange implements Navigation {
  readonly #c: Context
  #defaults: readonly [string, string][] = none

  constructor(c: Context) {
    this.#c = c
  }

  get method(): string {
    return this.#c.req.method
  }

  get path(): string {
    return this.#c.req.path
  }

  get target(): string {
    const { url } = this.#c.req
    return url.slice(url.indexOf('/', url.indexOf('://') + 3))
  }

  header(name: string): string | undefined {
    const { req } = this.#c
    return req.header(name) ?? (name === 'host' ? new URL(req.url).host : undefined)
  }

  setCookie(name: string, line: string): void {
    const kept = withoutCookie(this.#c.res.headers.getSetCookie(), name)
    this.#c.header('set-cookie', undefined)
    for (const each of [...kept, line]) this.#c.header('set-cookie', each, { append: true })
  }

  // Hono makes its whole response anew for a header that is added to it, which costs more than the session does; what
  // its response has itself goes out in place of this. Vary is a list, of which each may have written a part.
  setHeader(name: string, value: string): void {
    const { outgoing } = this.#server
    if (!outgoing || outgoing.headersSent || name === 'vary')
      this.#defaults = [...this.#defaults, [name, value]]
    else if (!outgoing.hasHeader(name)) outgoing.setHeader(name, value)
  }

  /** When the application has made its response: what it set stays. */
  finish(): void {
    for (const [name, value] of this.#defaults) addDefault(this.#c.res.headers, name, value)
  }

  get encrypted(): boolean {
    return this.#c.req.url.startsWith('https:')
  }

  // Servers other than Node's keep it where Hono's own getConnInfo for them looks.
  get remoteAddress(): string | undefined {
    return this.#server.incoming?.socket?.remoteAddress
  }

  get #server(): NodeServer {
    return (this.#c.env as NodeServer | undefined) ?? {}
  }

  onClose(callback: () => void): void {
    onAbort(this.#c.req.raw.signal, callback)
  }
}
