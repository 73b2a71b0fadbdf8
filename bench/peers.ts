import { randomBytes } from 'node:crypto'
import type { SessionData } from 'hono-sessions'

/** Signs and encrypts the peers' cookies; 64 characters, since some ask for at least 32. */
export const secret = randomBytes(32).toString('hex')

/** koa-session's external store, with the three methods that its documentation asks for, over a Map of JSON. */
export function koaStore() {
  const sessions = new Map<string, string>()
  return {
    get: async (key: string) => JSON.parse(sessions.get(key) ?? 'null'),
    set: async (key: string, data: unknown) => void sessions.set(key, JSON.stringify(data)),
    destroy: async (key: string) => void sessions.delete(key),
  }
}

/**
 * A hono-sessions store that serialises, as every store outside the process does. Its own MemoryStore hands each
 * request the same object, which no database can.
 */
export class SerialisingHonoStore {
  readonly #sessions = new Map<string, string>()

  getSessionById(sid = ''): SessionData | null {
    return JSON.parse(this.#sessions.get(sid) ?? 'null')
  }

  createSession(sid: string, data: SessionData): void {
    this.#sessions.set(sid, JSON.stringify(data))
  }

  persistSessionData(sid: string, data: SessionData): void {
    this.#sessions.set(sid, JSON.stringify(data))
  }

  deleteSession(sid: string): void {
    this.#sessions.delete(sid)
  }
}
