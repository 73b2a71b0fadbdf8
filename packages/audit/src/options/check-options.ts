import { checkAction } from './action.ts'
import { checkLogin } from './check-login.ts'
import { checkOthers } from './check-others.ts'
import { checkRequests } from './check-requests.ts'
import { AuditError } from './errors.ts'
import { MOST_SESSIONS } from './expectations.ts'
import { isByScript } from './login-body.ts'
import { makesLogins } from './makes-logins.ts'
import type { AuditOptions } from './options.ts'
import { checkRecorded } from './recorded.ts'
import { withRecordedAccount } from './recorded-account.ts'
import { checkTimeouts } from './timeouts.ts'
import { readUrl } from './url.ts'

/** Reads the target, and throws AuditError `usage` for options that cannot be what was meant. */
export function checkOptions(options: AuditOptions): URL {
  const url = readUrl(options.url, 'the address')
  const { passive, username, loginFormat, loginUrl, loginCommand } = options
  for (const [name, value] of Object.entries({
    'max-requests': options.maxRequests,
    'max-logins': options.maxLogins,
    timeout: options.timeout,
    'time-limit': options.timeLimit,
    'stream-wait': options.streamWait,
  })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw new AuditError('usage', `--${name} must be a whole number above 0`)
    }
  }
  const { maxWait } = options
  if (maxWait !== undefined && !(Number.isInteger(maxWait) && maxWait >= 0)) {
    throw new AuditError('usage', '--max-wait must be a whole number of seconds, or 0')
  }
  for (const [name, value] of Object.entries({
    'login-url': loginUrl,
    'protected-url': options.protectedUrl,
    'logout-url': options.logoutUrl,
    'logout-everywhere-url': options.logoutEverywhereUrl,
    'reauth-url': options.reauthUrl,
    'change-password-url': options.changePasswordUrl,
  })) {
    if (value === undefined) continue
    if (readUrl(value, `--${name}`, url).hostname !== url.hostname) {
      throw new AuditError(
        'usage',
        `--${name} is on another host than ${url.host}; an audit stays on one origin`,
      )
    }
  }
  checkLogin(options)
  checkRequests(options, url)
  checkRecorded(options, url)
  checkOthers(options, url)
  const { expectSessions, action } = options
  if (expectSessions !== undefined && !(Number.isInteger(expectSessions) && inReach(expectSessions))) {
    throw new AuditError('usage', `--expect-sessions must be a whole number from 1 to ${MOST_SESSIONS}`)
  }
  if (action !== undefined) checkAction(action, url)
  const needsLogin = action === undefined ? expectSessions && '--expect-sessions' : '--action'
  if (needsLogin && (passive || !makesLogins(options))) {
    throw new AuditError('usage', `${needsLogin} needs logins of its own: give a user name and a password`)
  }
  const { idSamples } = options
  if (idSamples !== undefined && !(Number.isInteger(idSamples) && idSamples >= 8 && idSamples <= 1000)) {
    throw new AuditError('usage', '--id-samples must be a whole number from 8 to 1000')
  }
  checkTimeouts(options)
  checkPasswordChange(options)
  if (passive || loginCommand !== undefined || !makesLogins(options)) return url
  const { password } = withRecordedAccount(options)
  if (password === undefined) {
    throw new AuditError(
      'usage',
      `give ${username === undefined ? 'a user name and ' : ''}a password or a cookie to sign in with, or ask for a passive audit`,
    )
  }
  if (isByScript(loginFormat) && loginUrl === undefined) {
    throw new AuditError(
      'usage',
      `--login-format ${loginFormat} needs --login-url, the address that takes the credentials`,
    )
  }
  return url
}

function inReach(sessions: number): boolean {
  return sessions >= 1 && sessions <= MOST_SESSIONS
}

/** It is done only when that can be meant, and only where the password can be put back. */
function checkPasswordChange(options: AuditOptions): void {
  const { changePassword, passive, loginCommand, loginFormat, changePasswordUrl } = options
  if (changePassword) {
    if (passive || loginCommand !== undefined || !makesLogins(options)) {
      throw new AuditError('usage', '--change-password needs a user name and password to sign in with')
    }
    if (isByScript(loginFormat) && changePasswordUrl === undefined) {
      throw new AuditError(
        'usage',
        `--change-password with --login-format ${loginFormat} needs --change-password-url, the endpoint that takes both passwords`,
      )
    }
    return
  }
  for (const [name, value] of Object.entries({
    'change-password-url': changePasswordUrl,
    'current-password-field': options.currentPasswordField,
    'new-password-field': options.newPasswordField,
    'confirm-password-field': options.confirmPasswordField,
    'recovery-file': options.recoveryFile,
  })) {
    if (value !== undefined)
      throw new AuditError('usage', `--${name} is for --change-password, so give that too`)
  }
}
