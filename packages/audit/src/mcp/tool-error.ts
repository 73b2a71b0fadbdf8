import { AuditError, type AuditErrorCode } from '../options/errors.ts'
import { inArguments } from './asked/arguments.ts'
import { quoted } from './quoted.ts'

/** Why a tool did not do what it was asked: the reasons of an audit, and those of the server. */
export type ToolErrorCode =
  | AuditErrorCode
  | 'origin_not_allowed'
  | 'secret_unknown'
  | 'secret_unreadable'
  | 'not_allowed'
  | 'busy'
  | 'unknown_audit'
  | 'internal'

export class ToolError extends Error {
  readonly code: ToolErrorCode
  constructor(code: ToolErrorCode, message: string) {
    super(message)
    this.name = 'ToolError'
    this.code = code
  }
}

/** What an agent does about it. */
const WHAT_TO_DO: Readonly<Record<ToolErrorCode, string>> = {
  usage: 'Correct the arguments as the message says.',
  unreachable: 'See that the site is running and that the address is right, then try again.',
  off_origin: 'Audit the origin that the site really is at, if the server allows it.',
  address_refused: 'Ask the person who runs this server whether that site may be audited.',
  login_not_found: 'Give loginUrl, the page with the login form or the endpoint that takes a JSON login.',
  browser_missing:
    'Ask the person who runs this server to install Chromium and playwright-core, or give loginUrl.',
  sign_in_failed:
    'Look at `tried` in check_login: the user name, the secret, loginUrl or the field names may be wrong. Do not repeat it unchanged, accounts get locked.',
  more_asked: 'Give what the site asks for after the password: totpSecret, or fields.',
  oracle_unstable: 'Give protectedUrl, a page that only a signed-in user sees.',
  budget_spent: 'Raise maxRequests, maxLogins or timeLimit as far as this server allows.',
  aborted: 'It was stopped and nothing was judged; call it again if it is still wanted.',
  evidence_invalid: 'Report this as a fault of latchkey-audit.',
  report_invalid: 'Report this as a fault of latchkey-audit.',
  resume_invalid: 'Report this as a fault of latchkey-audit.',
  resume_passphrase: 'Report this as a fault of latchkey-audit.',
  password_not_restored: 'Tell the person at once: the message names the file with the password.',
  origin_not_allowed:
    'Ask the person who runs this server to add it with --allow-origin; audit nothing else.',
  secret_unknown: 'Use one of the names that the input schema lists; never send a secret itself.',
  secret_unreadable: 'Ask the person who runs this server to see that the secret can be read.',
  not_allowed: 'Leave it out, or ask the person who runs this server to allow it.',
  busy: 'Wait until the other call has ended, or cancel it.',
  unknown_audit: 'Use the `audit` that an audit of this server returned; only the last few are kept.',
  internal: 'Report this as a fault of latchkey-audit.',
}

/** An error as a tool's result has it. */
export interface ErrorShown {
  readonly code: ToolErrorCode
  readonly message: string
  readonly whatToDo: string
}

export function errorShown(error: unknown): ErrorShown {
  const { code, message } = said(error)
  return { code, message: quoted(message, 600), whatToDo: WHAT_TO_DO[code] }
}

function said(error: unknown): Pick<ErrorShown, 'code' | 'message'> {
  if (error instanceof ToolError) return error
  if (error instanceof AuditError) return { code: error.code, message: inArguments(error.message) }
  // Its own words could hold anything.
  return { code: 'internal', message: 'an unexpected error; the server’s stderr says more' }
}
