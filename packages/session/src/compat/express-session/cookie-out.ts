import type { IncomingMessage, ServerResponse } from 'node:http'
import { nodeExchange } from '../../adapters/core/node-exchange.ts'
import { canTakeCookie } from '../../adapters/core/node-head.ts'
import type { Exchange } from '../../exchange.ts'
import type { Handle } from '../../request/handle.ts'
import { isSecretOf, parseToken } from '../../secret/token.ts'
import { canHeldTakeCookie } from '../held-answer.ts'
import type { Cookie } from './cookie.ts'
import type { Settings } from './settings.ts'

/** The session cookie on its way into an answer: its line is made last, as the cookie object of the session has it. */
export interface SessionCookieOut {
  readonly exchange: Exchange
  /** Whether this answer has had its line. */
  readonly isDone: boolean
  /** Gives the browser the token again that it came with, where that is still the session's. */
  reissue(handle: Handle): void
  /** Takes the cookie away, whatever was to be set. */
  remove(cookie: Cookie): void
  /** Hands the line over to the head. @param cookie null: that of a new session */
  flush(cookie: Cookie | null): void
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** The exchange of this request and response, the same one that every other adapter has of them. */
export function cookieOut(req: IncomingMessage, res: ServerResponse, settings: Settings): SessionCookieOut {
  const exchange = nodeExchange(req, res) as Mutable<Exchange>
  const { name, lines } = settings
  const openedAt = { time: performance.now(), clock: (settings.sessions.now ?? Date.now)() }
  const setCookie = exchange.setCookie.bind(exchange)
  let held: { readonly value: string; readonly stands: (() => boolean) | undefined } | null = null

  exchange.setCookie = (cookieName, line, stands) => {
    if (cookieName === name) held = { value: line.slice(name.length + 1).split(';', 1)[0] ?? '', stands }
    else setCookie(cookieName, line, stands)
  }
  Object.defineProperty(exchange, 'canSetCookie', { get: () => canHeldTakeCookie(res) ?? canTakeCookie(res) })

  let isDone = false

  return {
    exchange,
    get isDone() {
      return isDone
    },
    reissue(handle) {
      isDone = true
      const { record, text, context } = handle
      const token = parseToken(text ?? '')
      // An answer that took too long, or whose token was renewed meanwhile, leaves it to the next.
      if (!record || !text || !token || !isSecretOf(token, record.secretHash)) return
      if (!handle.exchange.canSetCookie) return
      const until = openedAt.clock + context.policies.of(record).renewalOverlap
      const minted = { sid: record.sid, text, secretHash: record.secretHash }
      context.issueCookie(exchange, record, minted, openedAt.time, until)
    },
    remove(cookie) {
      held = null
      isDone = true
      setCookie(name, lines.remove(cookie))
    },
    flush(cookie) {
      if (!held) return
      const { value, stands } = held
      held = null
      isDone = true
      const like = cookie ?? settings.cookieFor(req)
      setCookie(name, value === '' ? lines.remove(like) : lines.issue(like, value), stands)
    },
  }
}
