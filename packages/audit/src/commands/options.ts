import { type Command, InvalidArgumentError, Option } from 'commander'
import { AuditError } from '../options/errors.ts'
import { makesLogins } from '../options/makes-logins.ts'
import type { AuditOptions } from '../options/options.ts'
import { type PasswordFlags, readPassword } from './password.ts'
import { type RecordedFlags, recordedFrom, withRecordedOptions } from './recorded.ts'

/** What both commands take, as commander hands it over. */
export interface TargetFlags extends PasswordFlags, RecordedFlags {
  readonly loginUrl?: string
  readonly loginFormat?: 'form' | 'json'
  readonly usernameField?: string
  readonly passwordField?: string
  readonly cookie?: string
  readonly protectedUrl?: string
  readonly logoutUrl?: string
  readonly reauthUrl?: string
  readonly changePassword?: true
  readonly changePasswordUrl?: string
  readonly currentPasswordField?: string
  readonly newPasswordField?: string
  readonly confirmPasswordField?: string
  readonly recoveryFile?: string
  readonly insecure?: true
  readonly maxRequests?: number
  readonly maxLogins?: number
  readonly timeout?: number
  readonly quiet?: true
}

/** Adds the options that say where the site is and how to sign in. */
export function withTargetOptions(command: Command): Command {
  return withRecordedOptions(command)
    .option(
      '--login-url <url>',
      'page with the login form, or endpoint of a JSON login (found when left out)',
    )
    .option('-u, --username <name>', 'account to sign in with; use one made for testing')
    .option('-p, --password <password>', 'its password; better: LATCHKEY_PASSWORD, or "-" for standard input')
    .option('--password-stdin', 'read the password from standard input')
    .addOption(
      new Option('--login-format <format>', 'how credentials are sent (default: form)').choices([
        'form',
        'json',
      ]),
    )
    .option('--username-field <name>', 'name of the field for the username (found when left out)')
    .option('--password-field <name>', 'name of the field for the password (found when left out)')
    .option('--cookie <header>', 'Cookie header of an existing session, instead of username and password')
    .option('--protected-url <url>', 'a page that only a signed-in user sees (found when left out)')
    .option('--logout-url <url>', 'where to log out (found when left out)')
    .option('--reauth-url <url>', 'page that asks a signed-in user for the password again')
    .option('--insecure', 'accept a certificate that does not verify; the report says so')
    .option('--max-requests <number>', 'requests in all (default: 300)', positive)
    .option('--max-logins <number>', 'logins in all (default: 20)', positive)
    .option('--timeout <ms>', 'milliseconds one request may take (default: 10000)', positive)
    .option('-q, --quiet', 'no progress and no notices')
}

/** Adds the options of an audit that changes the password of its account. */
export function withPasswordChangeOptions(command: Command): Command {
  return command
    .option(
      '--change-password',
      'change the account’s password to see which sessions that ends, and change it back',
    )
    .option(
      '--change-password-url <url>',
      'page with that form, or endpoint that takes JSON (found when left out)',
    )
    .option('--current-password-field <name>', 'name of its field for the password there is')
    .option('--new-password-field <name>', 'name of its field for the new one')
    .option('--confirm-password-field <name>', 'name of its field for the new one again')
    .option(
      '--recovery-file <file>',
      'keeps the temporary password until it is changed back (default: a new file)',
    )
}

/**
 * The options of an audit from what was typed, the password fetched from where it was said to be.
 * @throws AuditError `usage` for anything that cannot be what was meant.
 */
export async function auditOptionsFrom(url: string, flags: TargetFlags): Promise<AuditOptions> {
  const { passwordStdin: _, quiet: __, password: ___, loginFrom: ____, loginCommand: _____, ...rest } = flags
  const target = checkedUrl('URL', url).href
  if (flags.loginUrl !== undefined) checkedUrl('--login-url', flags.loginUrl, target)
  if (flags.protectedUrl !== undefined) checkedUrl('--protected-url', flags.protectedUrl, target)
  if (flags.logoutUrl !== undefined) checkedUrl('--logout-url', flags.logoutUrl, target)
  if (flags.reauthUrl !== undefined) checkedUrl('--reauth-url', flags.reauthUrl, target)
  if (flags.changePasswordUrl !== undefined) {
    checkedUrl('--change-password-url', flags.changePasswordUrl, target)
  }
  if (flags.cookie !== undefined && flags.username !== undefined) {
    throw usage('give either --username or --cookie, not both')
  }
  if (flags.cookie !== undefined && !flags.cookie.includes('=')) {
    throw usage('--cookie wants a Cookie header: --cookie "name=value; other=value"')
  }
  const recorded = await recordedFrom(flags)
  const password = await passwordFor({ ...recorded, url: target }, flags)
  return {
    ...optionsOnly(rest),
    ...recorded,
    url: target,
    ...(password === null ? {} : { password }),
  }
}

/** Whether the command line says how to sign in. */
export function signsIn({ username, cookie, loginFrom, loginCommand }: TargetFlags): boolean {
  return [username, cookie, loginFrom, loginCommand].some((given) => given !== undefined)
}

/** A session that is given, or made by a command, needs no password; a user name then is what pages show. */
async function passwordFor(options: AuditOptions, flags: TargetFlags): Promise<string | null> {
  const { loginFrom, loginCommand } = options
  if (loginCommand === undefined && (loginFrom === undefined || makesLogins(options)))
    return readPassword(flags)
  if (flags.password === undefined && !flags.passwordStdin) return null
  throw usage(
    `${loginCommand === undefined ? '--login-from' : '--login-command'} needs no password here: leave it out`,
  )
}

/** Something was typed wrongly. */
export function usage(message: string): AuditError {
  return new AuditError('usage', message)
}

function optionsOnly(
  flags: Omit<TargetFlags, 'passwordStdin' | 'quiet' | 'password' | keyof RecordedFlags>,
): Omit<AuditOptions, 'url'> {
  const { loginUrl, username, loginFormat, usernameField, passwordField, cookie } = flags
  const { protectedUrl, logoutUrl, insecure, maxRequests, maxLogins, timeout } = flags
  const { reauthUrl, changePassword, changePasswordUrl, recoveryFile } = flags
  const { currentPasswordField, newPasswordField, confirmPasswordField } = flags
  return {
    ...(loginUrl === undefined ? {} : { loginUrl }),
    ...(username === undefined ? {} : { username }),
    ...(loginFormat === undefined ? {} : { loginFormat }),
    ...(usernameField === undefined ? {} : { usernameField }),
    ...(passwordField === undefined ? {} : { passwordField }),
    ...(cookie === undefined ? {} : { cookie }),
    ...(protectedUrl === undefined ? {} : { protectedUrl }),
    ...(logoutUrl === undefined ? {} : { logoutUrl }),
    ...(reauthUrl === undefined ? {} : { reauthUrl }),
    ...(changePassword === undefined ? {} : { changePassword }),
    ...(changePasswordUrl === undefined ? {} : { changePasswordUrl }),
    ...(currentPasswordField === undefined ? {} : { currentPasswordField }),
    ...(newPasswordField === undefined ? {} : { newPasswordField }),
    ...(confirmPasswordField === undefined ? {} : { confirmPasswordField }),
    ...(recoveryFile === undefined ? {} : { recoveryFile }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(maxRequests === undefined ? {} : { maxRequests }),
    ...(maxLogins === undefined ? {} : { maxLogins }),
    ...(timeout === undefined ? {} : { timeout }),
  }
}

function checkedUrl(what: string, given: string, base?: string): URL {
  const parsed = URL.parse(given, base)
  if (parsed === null || given === '') {
    throw usage(`${what} is no address: write it in full, such as http://localhost:3000/`)
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw usage(`${what} must start with http:// or https://`)
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw usage(`${what} must not hold a username or password`)
  }
  return parsed
}

/** A whole number above 0, for commander. */
export function positive(given: string): number {
  const number = Number(given)
  if (!Number.isSafeInteger(number) || number <= 0)
    throw new InvalidArgumentError('Give a whole number above 0.')
  return number
}
