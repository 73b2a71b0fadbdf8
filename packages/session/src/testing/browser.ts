import type { Exchange } from '../exchange.ts'
import type { SessionSummary } from '../record/summary.ts'
import type { Session } from '../session.ts'
import type { OpenOptions, Sessions } from '../sessions.ts'

/** One visit: the session, and `respond` for the moment at which the browser gets the answer's cookies. */
export interface Visit<Data extends object, Own extends Session<Data> = Session<Data>> {
  readonly session: Own
  /** Set-Cookie lines of the answer so far. */
  readonly setCookies: readonly string[]
  /** The browser gets the answer, and keeps or removes its cookie. */
  respond(): void
}

/** A browser with one cookie, without a network: `visit` sends what it holds, `respond` stores what came back. */
export interface TestBrowser {
  /** The Cookie header it would send; null when it holds none. */
  cookie: string | null
  /** Other headers it sends, by their lower-case names. */
  headers: Readonly<Record<string, string>>
  /** The address it connects from. */
  remoteAddress: string | undefined
  /** Opens a session as a GET with the browser's cookie and headers does. */
  visit<Data extends object, Own extends Session<Data> = Session<Data>>(
    sessions: Sessions<Data, SessionSummary<Data>, Own>,
    options?: OpenOptions,
  ): Promise<Visit<Data, Own>>
}

/**
 * A browser of its own.
 * @param cookie the Cookie header that it begins with; by default it holds none
 */
export function testBrowser(cookie: string | null = null): TestBrowser {
  const browser: TestBrowser = {
    cookie,
    headers: {},
    remoteAddress: undefined,
    async visit(sessions, options) {
      const held = new Map<string, { readonly line: string; readonly stands: () => boolean }>()
      const lines = () => [...held.values()].filter(({ stands }) => stands()).map(({ line }) => line)
      const { cookie: sent, headers, remoteAddress } = browser
      const exchange: Exchange = {
        method: 'GET',
        path: '/',
        header: (name) => (name === 'cookie' ? sent : (headers[name] ?? null)),
        canSetCookie: true,
        setCookie: (name, line, stands = () => true) => void held.set(name, { line, stands }),
        setHeader: () => undefined,
        encrypted: undefined,
        remoteAddress,
        // Nothing is ever sent: the answer is open for as long as the test wants.
        onClose: () => undefined,
      }
      const session = await sessions.open(exchange, options)
      return {
        session,
        get setCookies() {
          return lines()
        },
        respond() {
          for (const line of lines()) browser.cookie = line.includes('Max-Age=0') ? null : pairOf(line)
        },
      }
    },
  }
  return browser
}

/** `name=value` of a Set-Cookie line. */
export function pairOf(line: string): string {
  return line.slice(0, line.indexOf(';'))
}
