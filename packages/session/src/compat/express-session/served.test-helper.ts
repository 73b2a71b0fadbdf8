import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SessionStore } from '../../store.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { type FakeClock, fakeClock } from '../../testing/index.ts'
import { type ExpressSessionMiddleware, session } from './express-session.ts'
import type { ExpressSessionOptions } from './options.ts'
import type { Session } from './session.ts'

/** A request after the middleware; values are whatever a handler stores. */
export type Kept = IncomingMessage & {
  // biome-ignore lint/suspicious/noExplicitAny: handlers store whatever they like.
  session: Session & Record<string, any>
  sessionID: string
}

export type Handler = (req: Kept, res: ServerResponse) => unknown

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: IncomingMessage['headers']
  /** Set-Cookie lines of the session cookie. */
  readonly lines: readonly string[]
  /** Its name and value, as a browser sends it back. */
  readonly cookie: string
}

export interface Asked {
  readonly path?: string
  readonly method?: string
  readonly cookie?: string
  readonly headers?: Record<string, string>
}

/** A server with the middleware and one handler: the errors of either are its answer, and are kept. */
export interface Served {
  readonly auth: ExpressSessionMiddleware
  readonly clock: FakeClock
  readonly store: SessionStore
  readonly errors: (Error & { code?: string })[]
  readonly warnings: string[]
  ask(asked?: Asked): Promise<Answer>
  close(): Promise<void>
}

export interface Setting extends Partial<ExpressSessionOptions> {
  /** Runs before the middleware. */
  readonly before?: (req: IncomingMessage, res: ServerResponse) => void
}

export const name = 'sid'

export async function served({ before, ...options }: Setting, handler: Handler): Promise<Served> {
  const clock = fakeClock()
  const store = options.store ?? memoryStore()
  const warnings: string[] = []
  const common = {
    name,
    now: clock.now,
    sweepInterval: false,
    warn: (text: string) => warnings.push(text),
  } as const
  const auth = session({ ...common, ...options, store })
  const errors: Error[] = []
  const server = createServer((req, res) => {
    const failed = (error: unknown) => {
      errors.push(error as Error)
      if (res.headersSent) return
      res.statusCode = (error as { status?: number }).status ?? 500
      res.end((error as Error).message)
    }
    before?.(req, res)
    auth(req, res, (error) => {
      if (error) return failed(error)
      try {
        const handled = handler(req as Kept, res)
        if (handled instanceof Promise) handled.catch(failed)
      } catch (error) {
        failed(error)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const named = options.name ?? options.key ?? name
  return {
    auth,
    clock,
    store,
    errors,
    warnings,
    ask: (asked) => askOf(server, named, asked),
    close: async () => {
      await auth.sessions.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function askOf(server: Server, named: string, asked: Asked = {}): Promise<Answer> {
  const { path = '/', method = 'GET', cookie, headers = {} } = asked
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, host: '127.0.0.1', path, method, headers: { ...headers, ...(cookie && { cookie }) } },
      (res) => {
        let body = ''
        res.setEncoding('utf8')
        res.on('data', (chunk) => {
          body += chunk
        })
        res.on('error', reject)
        res.on('end', () => {
          const lines = (res.headers['set-cookie'] ?? []).filter((line) => line.startsWith(`${named}=`))
          const last = lines.at(-1)?.split(';', 1)[0] ?? ''
          resolve({ status: res.statusCode ?? 0, body, headers: res.headers, lines, cookie: last })
        })
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

/** Milliseconds that a line lets the browser keep the cookie; null: until it is closed. */
export function lifeOf(line: string | undefined): number | null {
  const seconds = /; Max-Age=(\d+)/.exec(line ?? '')?.[1]
  return seconds === undefined ? null : Number(seconds) * 1000
}
