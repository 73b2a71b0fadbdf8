import { AuditError } from './errors.ts'
import type { AuditOptions } from './options.ts'

/** Throws AuditError `usage` for options of a login that cannot be what was meant. */
export function checkLogin(options: AuditOptions): void {
  const { fields, passive, cookie } = options
  if (fields !== undefined && (passive || cookie !== undefined)) {
    throw new AuditError('usage', '--field is for a login: give a user name and a password')
  }
  for (const [named, which] of Object.entries({
    'username-field': options.usernameField,
    'password-field': options.passwordField,
  })) {
    if (which !== undefined && fields && Object.hasOwn(fields, which)) {
      throw new AuditError('usage', `--field and --${named} name the same field, ${which}`)
    }
  }
}
