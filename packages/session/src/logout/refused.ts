/** Why a request was refused, by the names of RFC 8935 section 2.4. */
export type RefusalCode =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'
  | 'access_denied'

/** @internal An answer that is no success. Its text holds nothing of what was sent. */
export class Refused extends Error {
  readonly code: RefusalCode
  readonly status: number

  constructor(code: RefusalCode, why: string, status = 400) {
    super(why)
    this.name = 'Refused'
    this.code = code
    this.status = status
  }
}

/** @internal What was asked cannot be judged now: the sender should come again. */
export class Unavailable extends Error {}
