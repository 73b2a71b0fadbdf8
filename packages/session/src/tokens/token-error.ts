const statusByCode = { revocations_unknown: 503 } as const
export type TokenErrorCode = keyof typeof statusByCode
export class TokenError extends Error {
  readonly code: TokenErrorCode
  readonly status: number
  constructor(code: TokenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TokenError'
    this.code = code
    this.status = statusByCode[code]
  }
}
