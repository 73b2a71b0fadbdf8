import { AuditError } from './errors.ts'
import type { AuditOptions } from './options.ts'

/** Throws AuditError `usage` where what was recorded cannot be used as it is asked. */
export function checkRecorded(options: AuditOptions, site: URL): void {
  const { cookie, loginFrom, loginCommand, loginFormat, passive } = options
  const given = Object.entries({ cookie, 'login-from': loginFrom, 'login-command': loginCommand })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `--${name}`)
  const [first, second] = given
  if (first !== undefined && second !== undefined) throw usage(`give either ${first} or ${second}, not both`)
  if (passive && first !== undefined) throw usage(`a passive audit does not sign in: leave ${first} out`)
  if (first !== undefined && first !== '--cookie' && loginFormat === 'json') {
    throw usage(`${first} says how to sign in already: leave --login-format out`)
  }
  if (loginCommand?.length === 0 || loginCommand?.[0] === '') throw usage('--login-command names no command')
  if (loginFrom?.kind === 'requests' && !loginFrom.requests.some(({ url }) => url.origin === site.origin)) {
    const [elsewhere] = loginFrom.requests
    throw usage(`the recording is of ${elsewhere?.url.origin}, and ${site.origin} is to be audited`)
  }
}

function usage(message: string): AuditError {
  return new AuditError('usage', message)
}
