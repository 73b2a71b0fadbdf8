import { AuditError } from './errors.ts'
import type { AuditOptions } from './options.ts'

/** Throws AuditError `usage` where what was recorded cannot be used as it is asked. */
export function checkRecorded(options: AuditOptions, site: URL): void {
  const { cookie, loginFrom, loginCommand, loginFormat, browser, passive } = options
  const given = Object.entries({ cookie, 'login-from': loginFrom, 'login-command': loginCommand })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `--${name}`)
  const [first, second] = given
  if (first !== undefined && second !== undefined) throw usage(`give either ${first} or ${second}, not both`)
  const way = first ?? (browser ? '--browser' : undefined)
  if (passive && way !== undefined) throw usage(`a passive audit does not sign in: leave ${way} out`)
  if (way !== undefined && way !== '--cookie' && loginFormat === 'json') {
    throw usage(`${way} says how to sign in already: leave --login-format out`)
  }
  if (browser && first !== undefined && loginFrom?.kind !== 'steps') {
    throw usage(`${first} needs no browser: leave --browser out`)
  }
  if (browser === false && loginFrom?.kind === 'steps')
    throw usage('such a recording is played in a browser only')
  if (loginCommand?.length === 0 || loginCommand?.[0] === '') throw usage('--login-command names no command')
  const recorded = originsOf(loginFrom)
  if (recorded.length > 0 && !recorded.includes(site.origin)) {
    throw usage(`the recording is of ${recorded[0]}, and ${site.origin} is to be audited`)
  }
}

function originsOf(recording: AuditOptions['loginFrom']): readonly string[] {
  if (recording?.kind === 'requests') return recording.requests.map(({ url }) => url.origin)
  if (recording?.kind !== 'steps') return []
  return recording.steps.flatMap(({ url }) => URL.parse(url)?.origin ?? [])
}

function usage(message: string): AuditError {
  return new AuditError('usage', message)
}
