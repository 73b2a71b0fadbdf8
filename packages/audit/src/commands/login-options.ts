import { type Command, Option } from 'commander'
import { AuditError } from '../options/errors.ts'
import { LOGIN_FORMATS, type LoginFormat } from '../options/login-body.ts'
import type { AuditOptions } from '../options/options.ts'
import { type ReadValue, WHERE } from './secret.ts'

/** What a person has to know about some logins, as commander hands it over. */
export interface LoginFlags {
  readonly field?: Readonly<Record<string, string>>
  readonly header?: Readonly<Record<string, string>>
  readonly loginFormat?: LoginFormat
  readonly loginBody?: string
  readonly totpSecret?: string
}

/** Adds the options of logins that need more than a user name and a password. */
export function withLoginOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--login-format <format>', 'how credentials are sent (default: form)').choices(
        LOGIN_FORMATS,
      ),
    )
    .option(
      '--login-body <text>',
      `what is sent there, with {{username}} and {{password}} in it (also ${WHERE})`,
    )
    .option(
      '--field <name=value>',
      `another field of the login, such as tenant=south; repeat it for each (value: also ${WHERE})`,
      field,
    )
    .option(
      '--totp-secret <secret>',
      `what makes the one-time codes of the account, in base32 or as otpauth:// (also ${WHERE})`,
    )
    .option(
      '--header <name: value>',
      `a header of every request, as a gate in front wants it; repeat it for each (value: also ${WHERE})`,
      header,
    )
}

/** The options of a login from what was typed. Throws AuditError `usage`. */
export async function loginOptionsFrom(
  { field, header, loginFormat, loginBody, totpSecret }: LoginFlags,
  read: ReadValue,
): Promise<Pick<AuditOptions, 'fields' | 'headers' | 'loginFormat' | 'loginBody' | 'totpSecret'>> {
  return {
    ...(loginFormat === undefined ? {} : { loginFormat }),
    ...(loginBody === undefined ? {} : { loginBody: await read('--login-body', loginBody) }),
    ...(field === undefined ? {} : { fields: await readAll('--field', field, read) }),
    ...(totpSecret === undefined ? {} : { totpSecret: await read('--totp-secret', totpSecret) }),
    ...(header === undefined ? {} : { headers: await readAll('--header', header, read) }),
  }
}

async function readAll(
  option: string,
  given: Readonly<Record<string, string>>,
  read: ReadValue,
): Promise<Record<string, string>> {
  const values: [string, string][] = []
  for (const [name, value] of Object.entries(given)) {
    values.push([name, await read(`${option} ${name}`, value)])
  }
  return Object.fromEntries(values)
}

function field(given: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const equals = given.indexOf('=')
  if (equals <= 0) {
    throw new AuditError('usage', '--field is written NAME=VALUE, such as tenant=south')
  }
  return { ...before, [given.slice(0, equals)]: given.slice(equals + 1) }
}

function header(given: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*)$/s.exec(given) ?? []
  if (name === undefined || value === undefined) {
    throw new AuditError('usage', '--header is written "NAME: VALUE", such as "X-Test: 1"')
  }
  return { ...before, [name]: value.trimEnd() }
}
