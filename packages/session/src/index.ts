export type { CookieOptions, SameSite } from './cookie.ts'
export type { CrossOriginOptions } from './cross-origin.ts'
export type { Duration } from './duration.ts'
export { isSessionError, SessionError, type SessionErrorCode } from './errors.ts'
export type { SessionEventBase, SessionEventListener, SessionEventName, SessionEvents } from './events.ts'
export type { Exchange } from './exchange.ts'
export type { LimitOptions } from './limit.ts'
export type { ElevateOptions, LoginOptions } from './login-options.ts'
export { nistPolicies } from './nist.ts'
export type { SessionsOptions } from './options.ts'
export type { PoliciesOptions } from './policies.ts'
export type { PolicyOptions } from './policy.ts'
export type { DataSchemas, InferData, SchemaOptions, StandardSchema } from './schema.ts'
export type { Session } from './session.ts'
export { createSessions, type OpenOptions, type Sessions } from './sessions.ts'
export type {
  Guard,
  MutableFields,
  PreviousSecret,
  ReadOptions,
  SessionPatch,
  SessionRecord,
  SessionStore,
  StoreEvent,
  Subscription,
} from './store.ts'
export { type MemoryStoreOptions, memoryStore } from './stores/memory.ts'
export type { SealedSummary, SessionSummary } from './summary.ts'
