/** Stable reasons for an audit that could not be done. The command maps `usage` to exit code 2, the others to 3. */
export type AuditErrorCode =
  | 'usage'
  | 'unreachable'
  | 'off_origin'
  | 'address_refused'
  | 'login_not_found'
  | 'browser_missing'
  | 'sign_in_failed'
  | 'more_asked'
  | 'oracle_unstable'
  | 'budget_spent'
  | 'aborted'
  | 'evidence_invalid'
  | 'report_invalid'
  | 'password_not_restored'

/** Thrown when an audit cannot go on. The message says what to do; it never holds a secret. */
export class AuditError extends Error {
  readonly code: AuditErrorCode
  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AuditError'
    this.code = code
  }
}

/** A step could not be done; the others go on. */
export class ProbeError extends Error {}
