/**
 * Short-lived tokens from live sessions, for callers that cannot hold a cookie, and the guards that verify them.
 * @module latchkey/tokens
 */

export type { AccessToken, AccessTokenOptions, IssuedFor } from './issue/access-token.ts'
export type { IssuesTokens, SessionWithTokens } from './issue/token-session.ts'
export { type AudienceOptions, type Tokens, type TokensOptions, tokens } from './issue/tokens.ts'
export type { Algorithm } from './keys/algorithms.ts'
export type { Jwk } from './keys/jwk.ts'
export { type JwksOptions, jwksRoute, nodeJwksRoute, type PublishesKeys } from './keys/jwks-handler.ts'
export type { KeyDocument, KeyState, ManagedJwk } from './keys/key-set.ts'
export type { Jwks } from './keys/public-jwks.ts'
export { type NewKeysOptions, newKeys, type RotateOptions, rotatedKeys } from './keys/rotation.ts'
export { type KeySource, keysFromEnvironment, keysFromFile } from './keys/sources.ts'
export { type KeyStore, keysFromStore, type StoredKeys } from './keys/stored.ts'
export type { Revocations, TokenSource } from './revocation/revocations.ts'
export { isTokenError, TokenError, type TokenErrorCode, type TokenErrorOptions } from './token-error.ts'
export type { GuardOptions } from './verify/adapters/answer.ts'
export { type ExpressGuard, expressGuard } from './verify/adapters/express-guard.ts'
export { fetchGuard } from './verify/adapters/fetch-guard.ts'
export { type NodeGuardOptions, nodeGuard } from './verify/adapters/node-guard.ts'
export { createTokenGuard, type TokenGuard } from './verify/guard.ts'
export type { TokenGuardOptions } from './verify/guard-options.ts'
export type { TokenClaims, VerifiedToken } from './verify/verified-token.ts'
