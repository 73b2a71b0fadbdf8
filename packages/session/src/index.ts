/**
 * Sessions, their options and errors, and the store in memory. Adapters and other stores are entries of their own.
 * @module latchkey
 */

export { AnswerHead, type HeadFields } from './adapters/core/answer-head.ts'
export type { AdapterOptions } from './adapters/core/answers.ts'
export type { ErrorText } from './adapters/core/failure.ts'
export type { ClientChange, ClientChangeAction, ClientOptions } from './clients/client.ts'
export {
  type ClientAddress,
  type ClientOrigin,
  createClientAddress,
  type ProxyOptions,
} from './clients/client-address.ts'
export type { Client, ClientPart, SeenClient } from './clients/client-record.ts'
export type {
  CookieOptions,
  FormerScope,
  HostCookieOptions,
  PlainCookieOptions,
  SameSite,
  SecureCookieOptions,
} from './cookie/cookie.ts'
export { createSessions, type IssuingOptions } from './create-sessions.ts'
export type { CrossOriginOptions } from './csrf/cross-origin.ts'
export type { EndedListener } from './ending/endings.ts'
export { isSessionError, SessionError, type SessionErrorCode, type SessionErrorOptions } from './errors.ts'
export {
  type RenewalReason,
  type RequestEventBase,
  type RevocationReason,
  type SessionEventBase,
  type SessionEventListener,
  type SessionEventName,
  type SessionEvents,
  sessionEventNames,
} from './events/events.ts'
export type { Exchange } from './exchange.ts'
export type { ProviderSession } from './links/provider-session.ts'
export type { ErrorRedirects, RedirectingCode } from './navigation/error-redirects.ts'
export type { Navigation } from './navigation/navigation.ts'
export { returnPath, withReturnPath } from './navigation/return-path.ts'
export type { SessionsOptions } from './options.ts'
export type { Duration } from './policies/duration.ts'
export type { LimitOptions } from './policies/limit.ts'
export type { ElevateOptions, LoginOptions } from './policies/login-options.ts'
export { nistPolicies } from './policies/nist.ts'
export type { PoliciesOptions } from './policies/policies.ts'
export type { PolicyOptions } from './policies/policy.ts'
export type { RefreshTokenSummary, SealedSummary, SessionSummary } from './record/summary.ts'
export type { DataSchemas, InferData, SchemaOptions, StandardSchema } from './schema/schema.ts'
export type { Session } from './session.ts'
export type { OpenOptions, RevokeOptions, Sessions } from './sessions.ts'
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
export { type MemoryStoreOptions, memoryStore } from './stores/memory/memory.ts'
export type { Telemetry } from './telemetry/telemetry.ts'
