import { type Command, InvalidArgumentError } from 'commander'
import { AuditError } from '../options/errors.ts'
import { makesLogins } from '../options/makes-logins.ts'
import type { AuditOptions } from '../options/options.ts'
import { type LoginFlags, loginOptionsFrom, withLoginOptions } from './login-options.ts'
import { type OthersFlags, othersFrom } from './others.ts'
import { type PasswordFlags, readPassword } from './password.ts'
import { type RecordedFlags, recordedFrom, withRecordedOptions } from './recorded.ts'
import { type ReadValue, valueReader, WHERE } from './secret.ts'

/** What both commands take, as commander hands it over. */
export interface TargetFlags extends PasswordFlags, LoginFlags, RecordedFlags, OthersFlags {
  readonly loginUrl?: string
  readonly usernameField?: string
  readonly passwordField?: string
  readonly loginOrigin?: string[]
  readonly tokenHeader?: string
  readonly tokenScheme?: string
  readonly cookie?: string
  readonly protectedUrl?: string
  readonly logoutUrl?: string
  readonly protectedRequest?: string
  readonly logoutRequest?: string
  readonly logoutEverywhere?: true
  readonly logoutEverywhereUrl?: string
  readonly logoutEverywhereRequest?: string
  readonly stream?: string[]
  readonly streamWait?: number
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
  readonly timeLimit?: number
  readonly maxWait?: number
  readonly quiet?: true
}

/** Adds the options that say where the site is and how to sign in. */
export function withTargetOptions(command: Command): Command {
  const named = withRecordedOptions(command)
    .option(
      '--login-url <url>',
      'page with the login form, or endpoint of a JSON login (found when left out)',
    )
    .option('-u, --username <name>', 'account to sign in with; use one made for testing')
    .option('-p, --password <password>', `its password; better: LATCHKEY_PASSWORD, or ${WHERE}`)
    .option('--password-stdin', 'read the password from standard input')
    .option('--username-field <name>', 'name of the field for the username (found when left out)')
    .option('--password-field <name>', 'name of the field for the password (found when left out)')
    .option(
      '--login-origin <url>',
      'origin of a single sign-on, contacted during logins and for nothing else (may be repeated)',
      (given: string, before: string[] = []) => [...before, given],
    )
    .option(
      '--token-header <name>',
      'header in which the token of a JSON login is sent (found when left out)',
    )
    .option('--token-scheme <word>', 'word in front of that token, such as Bearer (found when left out)')
    .option(
      '--cookie <header>',
      `Cookie header of an existing session, instead of username and password (also ${WHERE})`,
    )
  return withLoginOptions(named)
    .option('--protected-url <url>', 'a page that only a signed-in user sees (found when left out)')
    .option('--logout-url <url>', 'where to log out (found when left out)')
    .option(
      '--protected-request <request>',
      'what only a signed-in user is answered, as "POST /path BODY"; sent often, so it must change nothing',
    )
    .option('--logout-request <request>', 'how to log out, as "DELETE /session" or "POST /path BODY"')
    .option(
      '--logout-everywhere',
      'sign out everywhere, where a page has a button for it; ends the account’s sessions elsewhere too',
    )
    .option('--logout-everywhere-url <url>', 'the same by this address, where no page has a button')
    .option('--logout-everywhere-request <request>', 'the same, as "POST /path BODY"')
    .option(
      '--stream <url>',
      'an event stream or a WebSocket (ws:, wss:) of a signed-in user; may be repeated (found when left out)',
      (url: string, before: string[] = []) => [...before, url],
    )
    .option('--stream-wait <seconds>', 'how long such a stream may be silent (default: 5)', positive)
    .option('--reauth-url <url>', 'page that asks a signed-in user for the password again')
    .option('--insecure', 'accept a certificate that does not verify; the report says so')
    .option('--max-requests <number>', 'requests in all (default: 300)', positive)
    .option('--max-logins <number>', 'logins in all (default: 20)', positive)
    .option('--timeout <ms>', 'milliseconds one request may take (default: 10000)', positive)
    .option('--time-limit <seconds>', 'seconds the audit may take in all (default: 1800)', positive)
    .option(
      '--max-wait <seconds>',
      'seconds to wait in all when the site says 429 or 503; 0: never (default: 120)',
      wholeNumber,
    )
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
export async function auditOptionsFrom(
  url: string,
  flags: TargetFlags,
  read = valueReader(),
): Promise<AuditOptions> {
  const { passwordStdin: _, quiet: __, password: ___, loginFrom: ____, loginCommand: _____, ...rest } = flags
  const target = checkedUrl('URL', url).href
  if (flags.loginUrl !== undefined) checkedUrl('--login-url', flags.loginUrl, target)
  if (flags.protectedUrl !== undefined) checkedUrl('--protected-url', flags.protectedUrl, target)
  if (flags.logoutUrl !== undefined) checkedUrl('--logout-url', flags.logoutUrl, target)
  if (flags.reauthUrl !== undefined) checkedUrl('--reauth-url', flags.reauthUrl, target)
  if (flags.logoutEverywhereUrl !== undefined) {
    checkedUrl('--logout-everywhere-url', flags.logoutEverywhereUrl, target)
  }
  if (flags.changePasswordUrl !== undefined) {
    checkedUrl('--change-password-url', flags.changePasswordUrl, target)
  }
  if (flags.cookie !== undefined && flags.username !== undefined) {
    throw usage('give either --username or --cookie, not both')
  }
  const cookie = flags.cookie === undefined ? null : await read('--cookie', flags.cookie)
  if (cookie?.includes('=') === false) {
    throw usage('--cookie wants a Cookie header: --cookie "name=value; other=value"')
  }
  const recorded = await recordedFrom(flags)
  const password = await passwordFor({ ...recorded, url: target }, flags, read)
  return {
    ...optionsOnly(rest),
    ...recorded,
    ...(await loginOptionsFrom(flags, read)),
    ...(await othersFrom(flags, read)),
    url: target,
    ...(cookie === null ? {} : { cookie }),
    ...(password === null ? {} : { password }),
  }
}

/** Whether the command line says how to sign in. */
export function signsIn({ username, cookie, loginBody, loginFrom, loginCommand }: TargetFlags): boolean {
  return [username, cookie, loginBody, loginFrom, loginCommand].some((given) => given !== undefined)
}

/** A session that is given, or made by a command, needs no password; a user name then is what pages show. */
async function passwordFor(
  options: AuditOptions,
  flags: TargetFlags,
  read: ReadValue,
): Promise<string | null> {
  const { loginFrom, loginCommand } = options
  if (loginCommand === undefined && (loginFrom === undefined || makesLogins(options)))
    return readPassword(flags, read)
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
  const { loginUrl, username, usernameField, passwordField } = flags
  const { loginOrigin, tokenHeader, tokenScheme, protectedRequest, logoutRequest } = flags
  const { protectedUrl, logoutUrl, insecure, maxRequests, maxLogins, timeout, timeLimit, maxWait } = flags
  const { logoutEverywhere, logoutEverywhereUrl, logoutEverywhereRequest, stream, streamWait } = flags
  const { reauthUrl, changePassword, changePasswordUrl, recoveryFile } = flags
  const { currentPasswordField, newPasswordField, confirmPasswordField } = flags
  return {
    ...(loginUrl === undefined ? {} : { loginUrl }),
    ...(username === undefined ? {} : { username }),
    ...(usernameField === undefined ? {} : { usernameField }),
    ...(passwordField === undefined ? {} : { passwordField }),
    ...(loginOrigin === undefined ? {} : { loginOrigins: loginOrigin }),
    ...(tokenHeader === undefined ? {} : { tokenHeader }),
    ...(tokenScheme === undefined ? {} : { tokenScheme }),
    ...(protectedUrl === undefined ? {} : { protectedUrl }),
    ...(logoutUrl === undefined ? {} : { logoutUrl }),
    ...(logoutEverywhere === undefined ? {} : { logoutEverywhere }),
    ...(logoutEverywhereUrl === undefined ? {} : { logoutEverywhereUrl }),
    ...(logoutEverywhereRequest === undefined ? {} : { logoutEverywhereRequest }),
    ...(stream === undefined ? {} : { streams: stream }),
    ...(streamWait === undefined ? {} : { streamWait }),
    ...(reauthUrl === undefined ? {} : { reauthUrl }),
    ...(changePassword === undefined ? {} : { changePassword }),
    ...(changePasswordUrl === undefined ? {} : { changePasswordUrl }),
    ...(currentPasswordField === undefined ? {} : { currentPasswordField }),
    ...(newPasswordField === undefined ? {} : { newPasswordField }),
    ...(confirmPasswordField === undefined ? {} : { confirmPasswordField }),
    ...(recoveryFile === undefined ? {} : { recoveryFile }),
    ...(protectedRequest === undefined ? {} : { protectedRequest }),
    ...(logoutRequest === undefined ? {} : { logoutRequest }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(maxRequests === undefined ? {} : { maxRequests }),
    ...(maxLogins === undefined ? {} : { maxLogins }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(maxWait === undefined ? {} : { maxWait }),
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

/** A whole number, 0 included, for commander. */
function wholeNumber(given: string): number {
  const number = Number(given)
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('Give a whole number, or 0.')
  return number
}
