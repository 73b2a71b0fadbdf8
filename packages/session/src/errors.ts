/** Stable reasons. `status` is what an adapter answers with when the application does not handle the error. */
const statusByCode = {
  config_invalid: 500,
  policy_unknown: 500,
  user_id_invalid: 500,
  provider_session_invalid: 500,
  value_not_json: 500,
  value_invalid: 500,
  value_sealed: 500,
  sid_taken: 500,
  schema_mismatch: 500,
  password_hash_invalid: 500,
  password_too_long: 400,
  argon2_unavailable: 500,
  answer_started: 500,
  token_too_large: 500,
  session_ended: 401,
  provider_session_ended: 401,
  data_unreadable: 401,
  reauthentication_required: 401,
  privilege_required: 403,
  cross_origin_request: 403,
  csrf_token_invalid: 403,
  session_superseded: 409,
  too_many_sessions: 409,
  update_conflict: 409,
  record_too_large: 413,
  data_newer: 503,
  store_full: 503,
  store_unavailable: 503,
} as const

/** Why an operation was refused: stable, and what to branch on. */
export type SessionErrorCode = keyof typeof statusByCode

export interface SessionErrorOptions extends ErrorOptions {
  readonly challenge?: string
  readonly paths?: readonly string[]
}

/**
 * The one error class of Latchkey. Branch on `code`, which is stable; the message says what to do.
 * Carries `status`, which Express, Koa, Fastify and others turn into the answer by themselves.
 * Never holds a token, a secret or a session value.
 */
export class SessionError extends Error {
  readonly code: SessionErrorCode
  readonly status: number
  /** What `WWW-Authenticate` says when the user must authenticate (again). */
  readonly challenge: string | undefined
  /** Where a value does not fit its schema, as `cart[0].name`. */
  readonly paths: readonly string[]

  constructor(code: SessionErrorCode, message: string, options?: SessionErrorOptions) {
    super(message, options)
    this.paths = options?.paths ?? []
    this.challenge = options?.challenge
    this.name = 'SessionError'
    this.code = code
    this.status = statusByCode[code]
  }

  /** `status`, as error handlers of Fastify read it. */
  get statusCode(): number {
    return this.status
  }

  /**
   * For Hono, which asks an error for its answer before it calls it unexpected and prints it. `honoSession` puts the
   * answer in the place of this one.
   */
  getResponse(): Response {
    return new Response(`${this.code}\n`, { status: this.status, headers: { [errorMark]: this.code } })
  }
}

/** Says of a response that it stands for the answer to an error. */
export const errorMark = 'latchkey-error'

/** True for a {@link SessionError}, also one from another copy of this package. */
export function isSessionError(error: unknown): error is SessionError {
  return error instanceof Error && error.name === 'SessionError' && 'code' in error && 'status' in error
}
