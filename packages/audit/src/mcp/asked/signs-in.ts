import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'

/** An audit says how to sign in, or that it does not: it is never quietly a visitor's. Throws AuditError `usage`. */
export function checkSignsIn({ passive, username, cookie, loginFrom, loginBody }: AuditOptions): void {
  const ways = [username, cookie, loginFrom, loginBody]
  const given = ways.some((way) => way !== undefined)
  if (cookie !== undefined && username !== undefined) {
    throw new AuditError('usage', 'give either username or cookie, not both')
  }
  if (passive === true && given) {
    throw new AuditError('usage', 'passive does not sign in: leave username, cookie and loginFrom out')
  }
  if (passive !== true && !given) {
    throw new AuditError(
      'usage',
      'say how to sign in (username and password, cookie or loginFrom), or give passive to judge only what a visitor gets',
    )
  }
}
