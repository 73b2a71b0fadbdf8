import { createDeadline } from '../deadline/deadline.ts'

/** A store of an earlier session library, as far as its sessions are taken over: express-session's and @fastify/session's. */
export interface FormerStore {
  /** Calls back with what is stored under the ID, undefined or null for nothing. */
  get(id: string, callback: (error: unknown, session?: unknown) => void): unknown
  /** Calls back once nothing is stored under the ID. */
  destroy(id: string, callback: (error?: unknown) => void): unknown
}

/** The cookie of a session in a former store. */
export interface FormerCookie {
  /** Milliseconds; null: until the browser is closed. */
  readonly originalMaxAge: number | null
  /** Milliseconds since the epoch; null for none. */
  readonly expires: number | null
  readonly path: string
  readonly domain: string | undefined
}

export interface FormerSession {
  readonly values: Readonly<Record<string, unknown>>
  readonly cookie: FormerCookie
}

/** A former store with promises, and the deadline that our own stores have. */
export interface FormerSessions {
  /**
   * The session that still lives under the ID; null for none.
   * @throws SessionError `store_unavailable`
   */
  read(id: string, now: number): Promise<FormerSession | null>
  /** @throws SessionError `store_unavailable` */
  destroy(id: string): Promise<void>
}

/** @param timeout milliseconds that it may take to answer */
export function formerSessions(store: FormerStore, timeout: number): FormerSessions {
  const withDeadline = createDeadline(timeout)
  return {
    read: async (id, now) => liveSession(await withDeadline('read', () => get(store, id)), now),
    destroy: (id) => withDeadline('delete', () => destroy(store, id)),
  }
}

function get(store: FormerStore, id: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const result = store.get(id, (error, session) => {
      // A store of files says so where there is none.
      if (!error || isMissing(error)) resolve(error ? null : session)
      else reject(error)
    })
    if (result instanceof Promise) result.catch(reject)
  })
}

function destroy(store: FormerStore, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const result = store.destroy(id, (error) => (!error || isMissing(error) ? resolve() : reject(error)))
    if (result instanceof Promise) result.catch(reject)
  })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** What is no session of that library, or over, is none. */
function liveSession(stored: unknown, now: number): FormerSession | null {
  if (!isObject(stored) || !isObject(stored.cookie)) return null
  const { cookie, ...rest } = stored
  const expires = cookie.expires ?? cookie._expires ?? null
  const end = expires === null ? null : new Date(expires as string | number | Date).getTime()
  // Asked this way round, what is no date ends it.
  if (end !== null && !(now < end)) return null
  const { originalMaxAge, path, domain } = cookie
  return {
    values: rest,
    cookie: {
      originalMaxAge: isAge(originalMaxAge) ? originalMaxAge : end === null ? null : end - now,
      expires: end,
      path: typeof path === 'string' ? path : '/',
      domain: typeof domain === 'string' ? domain : undefined,
    },
  }
}

function isAge(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
