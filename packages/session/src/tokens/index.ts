/**
 * Short-lived tokens from live sessions, for callers that cannot hold a cookie, and the guards that verify them.
 * @module latchkey/tokens
 */

export type { DpopOptions } from './dpop/dpop.ts'
export type { DpopMode, GuardDpopOptions } from './dpop/guard-dpop.ts'
export type { NonceOptions } from './dpop/nonce.ts'
export { type MemoryReplaysOptions, memoryReplays, type Replays } from './dpop/replays.ts'
export type { IssuingSessions } from './endpoints/answering.ts'
export type { ClientSecrets } from './endpoints/client-secrets.ts'
export type { EndpointCorsOptions } from './endpoints/cors.ts'
export type { FetchRoute, NodeRoute } from './endpoints/endpoint.ts'
export {
  type IntrospectionRouteOptions,
  introspectionRoute,
  type NameResourceServer,
  nodeIntrospectionRoute,
} from './endpoints/introspection-route.ts'
export {
  nodeRevocationRoute,
  type RevocationRouteOptions,
  revocationRoute,
} from './endpoints/revocation-route.ts'
export { nodeTokenRoute, type TokenRouteOptions, tokenRoute } from './endpoints/token-route.ts'
export type { AccessToken, AccessTokenOptions, IssuedFor, Subject } from './issue/access-token.ts'
export type { IssuesTokens, SessionWithTokens } from './issue/token-session.ts'
export {
  type AudienceOptions,
  type RefreshOptions,
  type Tokens,
  type TokensOptions,
  tokens,
} from './issue/tokens.ts'
export type { Algorithm } from './keys/algorithms.ts'
export type { ImportedJwk, Jwk } from './keys/jwk.ts'
export { type JwksOptions, jwksRoute, nodeJwksRoute, type PublishesKeys } from './keys/jwks-handler.ts'
export type { Key, KeyDocument, KeySet, KeyState, ManagedJwk } from './keys/key-set.ts'
export type { Jwks } from './keys/public-jwks.ts'
export { type NewKeysOptions, newKeys, type RotateOptions, rotatedKeys } from './keys/rotation.ts'
export { type KeySource, keysFromEnvironment, keysFromFile } from './keys/sources.ts'
export { type KeyStore, keysFromStore, type StoredKeys } from './keys/stored.ts'
export type { RefreshToken, RefreshTokenOptions } from './refresh/refresh-token.ts'
export type { RefreshedFor } from './refresh/refreshing.ts'
export { type EndedFeed, type EndedFeedOptions, type EndedFeedStats, endedFeed } from './revocation/feed.ts'
export { type OnlineOptions, onlineRevocations } from './revocation/online.ts'
export type { Revocations, TokenSource } from './revocation/revocations.ts'
export {
  type ChallengeOfProofs,
  isTokenError,
  TokenError,
  type TokenErrorCode,
  type TokenErrorOptions,
} from './token-error.ts'
export type { GuardOptions } from './verify/adapters/answer.ts'
export { type ExpressGuard, expressGuard } from './verify/adapters/express-guard.ts'
export { fetchGuard } from './verify/adapters/fetch-guard.ts'
export { type NodeGuardOptions, nodeGuard } from './verify/adapters/node-guard.ts'
export type { TokenRefused, TokenRequest } from './verify/admission.ts'
export { createTokenGuard, type TokenGuard } from './verify/guard.ts'
export type { TokenGuardOptions } from './verify/guard-options.ts'
export type { TokenClaims, VerifiedToken } from './verify/verified-token.ts'
