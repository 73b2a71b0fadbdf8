export type { CookieOptions, SameSite } from './cookie.ts'
export type { Duration } from './duration.ts'
export { isSessionError, SessionError, type SessionErrorCode } from './errors.ts'
export type { Exchange } from './exchange.ts'
export type { Session } from './session.ts'
export { createSessions, type OpenOptions, type Sessions, type SessionsOptions } from './sessions.ts'
export type {
  Guard,
  MutableFields,
  PreviousSecret,
  SessionPatch,
  SessionRecord,
  SessionStore,
} from './store.ts'
export { type MemoryStoreOptions, memoryStore } from './stores/memory.ts'
export type { SessionSummary } from './summary.ts'
