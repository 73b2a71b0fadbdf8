import { AuditError } from './errors.ts'
import { checkLoginBody } from './login-body.ts'
import type { AuditOptions } from './options.ts'
import { readTotp } from './totp.ts'

/** Throws AuditError `usage` for options of a login that cannot be what was meant. */
export function checkLogin(options: AuditOptions): void {
  const { fields, passive, cookie } = options
  for (const [name, value] of Object.entries({
    field: fields,
    'totp-secret': options.totpSecret,
    'login-body': options.loginBody,
  })) {
    if (value === undefined || !(passive || cookie !== undefined)) continue
    throw new AuditError('usage', `--${name} is for a login: give a user name and a password`)
  }
  if (options.totpSecret !== undefined && readTotp(options.totpSecret) === null) {
    throw new AuditError(
      'usage',
      '--totp-secret wants the secret in base32 (letters and the digits 2 to 7), or the otpauth://totp/ address of its QR code',
    )
  }
  checkLoginBody(options.loginFormat, options.loginBody, fields)
  for (const [name, value] of Object.entries(options.headers ?? {})) checkHeader(name, value)
  for (const [named, which] of Object.entries({
    'username-field': options.usernameField,
    'password-field': options.passwordField,
  })) {
    if (which !== undefined && fields && Object.hasOwn(fields, which)) {
      throw new AuditError('usage', `--field and --${named} name the same field, ${which}`)
    }
  }
}

/** Of these each has a meaning of its own here, which the checks rest on. */
const OWN: readonly (readonly [RegExp, string])[] = [
  [/^cookie$/, 'give cookies with --cookie'],
  [/^user-agent$/, 'it goes on naming the auditor, so that a site can tell'],
  [
    /^(?:host|connection|content-(?:length|type|encoding)|transfer-encoding|te|upgrade|expect|accept-encoding)$/,
    'the connection decides it',
  ],
  [/^(?:origin|referer|sec-.*)$/, 'the page that a request comes from decides it'],
]

function checkHeader(name: string, value: string): void {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new AuditError('usage', '--header wants a name and a value in one line, such as "X-Test: 1"')
  }
  const own = OWN.find(([pattern]) => pattern.test(name.toLowerCase()))
  if (own) throw new AuditError('usage', `--header cannot set ${name}: ${own[1]}`)
}
