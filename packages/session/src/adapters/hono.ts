import type { Context, MiddlewareHandler } from 'hono'
import { addDefault, type Exchange, withoutCookie } from '../exchange.ts'
import type { Session } from '../session.ts'
import type { OpenOptions, Sessions } from '../sessions.ts'
import { failureOf } from './failure.ts'

/** The variables that {@link honoSession} sets: `new Hono<{ Variables: SessionVariables<Data> }>()`. */
export interface SessionVariables<Data extends object = Record<string, unknown>> {
  session: Session<Data>
}

/** Middleware for Hono: `c.var.session`. Session errors that nothing else answers become 503, 401, 409 or 413. */
export function honoSession<Data extends object>(
  sessions: Sessions<Data>,
  options?: OpenOptions,
): MiddlewareHandler<{ Variables: SessionVariables<Data> }> {
  return async (c, next) => {
    const exchange = new HonoExchange(c)
    try {
      c.set('session', await sessions.open(exchange, options))
    } catch (error) {
      return answer(error)
    }
    await next()
    exchange.finish()
    // Hono's default error handler has answered 500 by now; one of the application's own has its say.
    if (c.error && c.res.status === 500) c.res = answer(c.error, c.res)
  }
}

function answer(error: unknown, otherwise?: Response): Response {
  const failure = failureOf(error)
  if (failure) return new Response(failure.body, failure)
  if (otherwise) return otherwise
  throw error
}

// A class, as in the node adapter: closures made anew cost each request more than its session does.
class HonoExchange implements Exchange {
  readonly #c: Context
  #defaults: [string, string][] = []

  constructor(c: Context) {
    this.#c = c
  }

  get method(): string {
    return this.#c.req.method
  }

  get path(): string {
    return this.#c.req.path
  }

  header(name: string): string | undefined {
    return this.#c.req.header(name)
  }

  setCookie(name: string, line: string): void {
    const kept = withoutCookie(this.#c.res.headers.getSetCookie(), name)
    this.#c.header('set-cookie', undefined)
    for (const each of [...kept, line]) this.#c.header('set-cookie', each, { append: true })
  }

  setHeader(name: string, value: string): void {
    this.#defaults.push([name, value])
  }

  /** When the application has made its response: what it set stays. */
  finish(): void {
    for (const [name, value] of this.#defaults) addDefault(this.#c.res.headers, name, value)
  }

  get encrypted(): boolean {
    return this.#c.req.url.startsWith('https:')
  }

  // @hono/node-server has it here; other servers keep it where Hono's own getConnInfo for them looks.
  get remoteAddress(): string | undefined {
    const env = this.#c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
    return env?.incoming?.socket?.remoteAddress
  }

  onClose(callback: () => void): void {
    this.#c.req.raw.signal.addEventListener('abort', callback, { once: true })
  }
}
