/**
 * `session(options)` of express-session over Latchkey's stores and laws, for applications that move over
 * (docs/guides/express-session.md).
 * @module latchkey/express-session
 */
import { type IncomingMessage, ServerResponse } from 'node:http'
import { createSessions } from '../../create-sessions.ts'
import { isSessionError, SessionError } from '../../errors.ts'
import type { Sessions } from '../../sessions.ts'
import { holdAnswer } from '../held-answer.ts'
import { Cookie } from './cookie.ts'
import { cookieOut } from './cookie-out.ts'
import { takeFormerOver } from './former-cookie.ts'
import { keeperOf } from './keeper-of.ts'
import type { ExpressSessionOptions } from './options.ts'
import { Session } from './session.ts'
import { MemoryStore, Store, sessionStoreOf } from './session-store.ts'
import { readOptions, refuse, type Settings } from './settings.ts'

export type { FormerStore } from '../former-store.ts'
export type { CookieSecret } from '../signed-cookie.ts'
export { Cookie, type CookieOptions } from './cookie.ts'
export type {
  ExpressSessionOptions,
  ExpressSessionOptions as SessionOptions,
  TakeOverOptions,
} from './options.ts'
export { type Callback, Session } from './session.ts'
export {
  MemoryStore,
  type MemoryStoreClass,
  Store,
  type StoreBase,
  type StoreClass,
} from './session-store.ts'

/** The values of the application's sessions: `declare module 'latchkey/express-session' { interface SessionData { … } }`. */
export interface SessionData {
  cookie: Cookie
}

type Next = (error?: unknown) => void

/** Middleware that gives a request its `req.session`. */
export interface ExpressSessionMiddleware {
  (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void
  /** The sessions behind it: lists, revocation, events, and `expressSession(sessions)` for new code beside the old. */
  readonly sessions: Sessions
  /**
   * The session of a request, typed.
   * @throws Error that names the line to write, where the request has none
   */
  of(req: IncomingMessage): Session & Partial<SessionData>
}

type WithSession = IncomingMessage & {
  session?: unknown
  sessionStore?: unknown
  [keptBy]?: Settings
  originalUrl?: string
}

// Whose session a request has already.
const keptBy = Symbol('latchkey express-session')

/**
 * Middleware of express-session's kind. What its options or habits cannot be kept is an error that says what to write in
 * their place.
 * @throws SessionError `config_invalid`
 */
export function session(options: ExpressSessionOptions): ExpressSessionMiddleware {
  const settings = readOptions(options ?? ({} as ExpressSessionOptions))
  const sessions = createSessions(settings.sessions)
  const sessionStore = sessionStoreOf(sessions)

  async function open(req: WithSession, res: ServerResponse, next: Next): Promise<void> {
    const { path } = settings.cookieFor(req)
    if (!pathOf(req).startsWith(path)) return
    if (res.headersSent)
      throw new SessionError(
        'answer_started',
        'app.use(session({ … })) comes too late: write it before the routes.',
      )
    const out = cookieOut(req, res, settings)
    const opened = await sessions.open(out.exchange)
    await takeFormerOver(req, settings, opened, out.exchange)
    const keeper = await keeperOf(req, settings, opened, out)
    req[keptBy] = settings
    req.sessionStore = sessionStore
    Object.defineProperty(req, 'sessionID', {
      configurable: true,
      enumerable: true,
      get: () => keeper.id,
      set: () => refuse('req.sessionID cannot be set. Write req.session.regenerate() for a new one.'),
    })
    holdAnswer(res, {
      settle: () => keeper.settle(),
      failed(error) {
        keeper.giveUp()
        sessions.report(error)
        next(error)
      },
    })
  }

  function middleware(req: WithSession, res: ServerResponse, next: Next): void {
    if (req.session !== undefined && req.session !== null) {
      if (req[keptBy] === settings) next()
      else next(mountedTwice(req[keptBy] !== undefined))
      return
    }
    open(req, answerOf(req, res), next)
      .then(() => next())
      .catch((error) => {
        if (isSessionError(error)) sessions.report(error)
        next(error)
      })
  }

  return Object.assign(middleware, {
    sessions,
    of(req: WithSession): Session & Partial<SessionData> {
      if (req.session instanceof Session) return req.session
      throw new Error('This request has no session: app.use(session({ … })) before the route.')
    },
  })
}

// Express takes the part that a router is mounted at off `url`, and keeps the whole.
function pathOf({ originalUrl, url = '/' }: WithSession): string {
  return (originalUrl ?? url).split('?', 1)[0] || '/'
}

/** As sockets are given sessions: `session(socket.request, {}, next)`. No head can take a cookie there. */
function answerOf(req: IncomingMessage, res: ServerResponse): ServerResponse {
  if (typeof res?.writeHead === 'function') return res
  const none = new ServerResponse(req)
  Object.defineProperty(none, 'destroyed', { value: true })
  return none
}

function mountedTwice(isOurs: boolean): SessionError {
  return new SessionError(
    'config_invalid',
    isOurs
      ? 'This request has a session of another session({ … }). Make one, and app.use() that one where it is needed.'
      : 'Something else has set req.session before session({ … }): express-session or cookie-session perhaps. Remove ' +
          'its app.use(…) line.',
  )
}

session.Session = Session
session.Store = Store
session.MemoryStore = MemoryStore
session.Cookie = Cookie

export default session
