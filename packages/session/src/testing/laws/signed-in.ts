import assert from 'node:assert/strict'
import { createSessions } from '../../create-sessions.ts'
import { isSessionError, type SessionErrorCode } from '../../errors.ts'
import type { SessionsOptions } from '../../options.ts'
import type { Sessions } from '../../sessions.ts'
import type { SessionStore } from '../../store.ts'
import { testBrowser } from '../browser.ts'
import { lawOptions } from './law.ts'

/** Laws by name, each over an empty store. */
export type StoreLawBodies = Readonly<Record<string, (store: SessionStore) => Promise<void>>>

export const cookieName = '__Host-session'
export const opaque = (length: number) => 'A'.repeat(length)

export function sessionsOn(store: SessionStore, options: Partial<SessionsOptions> = {}): Sessions {
  return createSessions({ store, sweepInterval: false, ...lawOptions(), ...options })
}

export const hasCode = (code: SessionErrorCode) => (error: unknown) =>
  isSessionError(error) && error.code === code

/** Signs a user in with a browser of its own. */
export async function signedIn(sessions: Sessions, userId = 'alice') {
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login(userId)
  visit.respond()
  assert.ok(browser.cookie && visit.session.sid)
  return { browser, sid: visit.session.sid, cookie: browser.cookie }
}

/** The promise's outcome, or an error after `ms`: a law that is broken must fail, not hang. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing happened within ${ms} ms`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

export async function userOf(sessions: Sessions, cookie: string | null): Promise<string | null> {
  return (await testBrowser(cookie).visit(sessions)).session.userId
}
