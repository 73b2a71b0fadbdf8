/**
 * Sessions as a test of the application, with node:test, Vitest or any other runner.
 * @module testing
 */

export type { Expectations } from './options/expectations.ts'
export {
  expectSecureSessions,
  InsecureSessionsError,
  type SecureSessionsOptions,
} from './testing/expect-secure-sessions.ts'
