import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Sessions } from '../../sessions.ts'
import type { SessionStore } from '../../store.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { Cookie, type CookieOptions } from './cookie.ts'
import type { Callback, Session } from './session.ts'
import { refuse } from './settings.ts'

/** What stores of express-session's kind extend. */
export interface StoreBase extends EventEmitter {
  /** The stored values with a cookie object, as stores expect it of `load`. */
  createSession(req: unknown, stored: { cookie: CookieOptions }): object
}

/** The class of {@link Store}. */
export interface StoreClass {
  /** A store that has nothing yet: what extends it adds `get`, `set` and `destroy`. */
  new (): StoreBase
  readonly prototype: StoreBase
}

/** The class of {@link MemoryStore}. */
export interface MemoryStoreClass {
  /** `memoryStore()` */
  new (): SessionStore
}

/**
 * What stores of express-session's kind extend, so that the former one can be made without express-session:
 * `takeOver: { store: new (connectPgSimple(session))({ … }), secret }`. A function, since some call it without `new`.
 */
export const Store = function Store(this: EventEmitter) {
  Reflect.apply(EventEmitter, this, [])
} as unknown as StoreClass

Object.setPrototypeOf(Store.prototype, EventEmitter.prototype)

Store.prototype.createSession = (_req: unknown, stored: { cookie: CookieOptions }) => {
  const { expires, originalMaxAge } = stored.cookie
  const cookie = new Cookie(stored.cookie)
  if (typeof expires === 'string') cookie.expires = new Date(expires)
  cookie.originalMaxAge = originalMaxAge ?? null
  return Object.assign(stored, { cookie })
}

/** `memoryStore()` by the name that express-session has for its own. */
export const MemoryStore = function MemoryStore() {
  return memoryStore()
} as unknown as MemoryStoreClass

type WithSession = IncomingMessage & { session?: Session | null }

/** `req.sessionStore`: what of it is kept, and for the rest the error that says what to write. */
export function sessionStoreOf(sessions: Pick<Sessions, 'revoke'>) {
  const gone = (name: string, instead: string) => () =>
    refuse(`req.sessionStore.${name}() is not kept: ${instead}`)
  const values = "a session's values are read and written by its own requests alone (req.session)"
  return {
    /** Ends the session of that ID. */
    destroy(id: string, done: Callback = () => undefined): void {
      sessions.revoke(id).then(() => done(), done)
    },
    regenerate(req: IncomingMessage, done: Callback): void {
      const { session } = req as WithSession
      if (session) session.regenerate(done)
      else refuse('req.sessionStore.regenerate(req): the request has no session any more.')
    },
    all: gone('all', 'write sessions.list(userId), with the option userId (docs/guides/express-session.md).'),
    length: gone('length', 'ask your store, or write (await sessions.list(userId)).length.'),
    clear: gone('clear', 'write sessions.revokeAll().'),
    get: gone('get', values),
    load: gone('load', values),
    set: gone('set', values),
    touch: gone('touch', 'each request of a session does so by itself.'),
    generate: gone('generate', 'write req.session.regenerate().'),
    createSession: gone('createSession', values),
  }
}
