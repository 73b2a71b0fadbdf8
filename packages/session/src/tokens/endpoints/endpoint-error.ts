/** RFC 6749 section 5.2, RFC 9449 section 5, RFC 7009 section 2.2.1; the last two for what is this server's own. */
export type EndpointErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'temporarily_unavailable'
  | 'server_error'

/** @internal An answer that is no success. Its text holds nothing of what was sent. */
export class EndpointError extends Error {
  readonly code: EndpointErrorCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: EndpointErrorCode,
    why: string,
    status = 400,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(why)
    this.name = 'EndpointError'
    this.code = code
    this.status = status
    this.headers = headers
  }
}
