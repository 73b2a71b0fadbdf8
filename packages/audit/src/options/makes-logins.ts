import type { AuditOptions } from './options.ts'
import { loginIn } from './recording/login.ts'
import { readUrl } from './url.ts'

/** Whether logins can be made, and not only a session be used that was given. */
export function makesLogins(options: AuditOptions): boolean {
  const { cookie, loginFrom, url } = options
  if (cookie !== undefined) return false
  if (loginFrom?.kind === 'storage-state') return false
  return loginFrom?.kind !== 'requests' || loginIn(loginFrom, options, readUrl(url, 'the address')) !== null
}
