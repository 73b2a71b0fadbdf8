import type { Secrets } from '../network/redaction/secrets.ts'

/** The name that was signed in with, as it may be shown: one that is a secret as well, such as its own password, is not. */
export function accountOf(username: string | undefined, secrets: Secrets): { readonly account?: string } {
  return username === undefined ? {} : { account: secrets.typed(username) ?? secrets.redact(username) }
}
