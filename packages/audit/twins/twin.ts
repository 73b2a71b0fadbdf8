import type { Clockwork } from '../src/gathering/gather.ts'
import type { AuditOptions } from '../src/options/options.ts'

/** The ids of the checks that the twins cover. */
export const CHECKS = [
  'cookie-httponly',
  'cookie-secure',
  'cookie-samesite',
  'cookie-scope',
  'cookie-lifetime',
  'fixation',
  'strict-ids',
  'logout',
  'remember-me',
  'logout-get',
  'logout-in-flight',
  'late-answer',
  'stream-outlives-logout',
  'bulk-revoke',
  'cross-site-request',
  'login-csrf',
  'cookie-tossing',
  'session-puzzling',
  'two-users',
  'concurrent-sessions',
  'idle-timeout',
  'absolute-timeout',
  'reauthentication',
  'password-change-rotation',
  'password-change-sessions',
  'id-in-url',
  'referrer-leak',
  'id-exposed',
  'id-length',
  'id-predictable',
  'token-signature',
  'token-lifetime',
  'cookie-secret',
  'framing',
  'caching',
  'shared-cache',
  'transport',
  'downgrade',
  'default-name',
] as const

export type CheckId = (typeof CHECKS)[number]

/** A twin that is up, and what it knows about how it was treated. */
export interface Running {
  /** Where an audit starts, without a trailing slash. */
  readonly url: string
  /** Every cookie value that was handed out and is long enough to be recognised in a report. */
  issued(): readonly string[]
  /** Whether anybody followed the delete-account link. */
  deleted(): boolean
  /** How many requests it was sent; left out where a process of its own serves it. */
  requests?(): number
  /** Whether the account has the password that it started with. */
  passwordIsBack(): boolean
  /** What the site's sessions end by; an audit waits by it too. Left out where they end by no clock. */
  readonly clock?: Clockwork
  close(): Promise<void>
}

/**
 * One small site with a known number of faults.
 * `vulnerable`: at least one. `hardened`: the same site without. `plant`: looks wrong and is right.
 */
export interface Twin {
  /** `framework/what`, unique. */
  readonly name: string
  readonly framework: string
  /** The check that a vulnerable twin is about; null for the others. */
  readonly check: CheckId | null
  readonly role: 'vulnerable' | 'hardened' | 'plant'
  /** Every check that must fail, and no other. */
  readonly planted: readonly CheckId[]
  /** What a user would tell the auditor, apart from the address. */
  options(url: string): Partial<AuditOptions>
  /** Throws {@link NotInstalled} when the machine lacks what the twin runs on. */
  start(): Promise<Running>
}

/** The twin's interpreter is not on this machine: the twin was not run, which is never a pass. */
export class NotInstalled extends Error {
  readonly command: string
  constructor(command: string, install: string) {
    super(`${command} is not installed on this machine (${install})`)
    this.name = 'NotInstalled'
    this.command = command
  }
}
