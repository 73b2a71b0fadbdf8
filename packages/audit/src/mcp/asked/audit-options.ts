import { hostOf, isLoopback } from '../../network/host.ts'
import { checkOptions } from '../../options/check-options.ts'
import type { AuditOptions } from '../../options/options.ts'
import { readRecording } from '../../options/recording/recording.ts'
import { readUrl } from '../../options/url.ts'
import type { Grants } from '../grants.ts'
import { ToolError } from '../tool-error.ts'
import { CHANGES, type TargetInput } from './input.ts'
import { secretsFor } from './secrets.ts'
import { checkSignsIn } from './signs-in.ts'

/**
 * What an agent asked, within what it may ask. Throws ToolError for what is not allowed, and AuditError `usage` for what
 * cannot be meant.
 * @param opened takes name and value of each secret that the options hold
 */
export async function auditOptionsFor(
  input: TargetInput,
  grants: Grants,
  opened: Map<string, string>,
): Promise<AuditOptions> {
  const url = readUrl(input.url, 'url')
  checkOrigin(url, grants)
  checkAllowed(input, grants)
  const { password, secondPassword, cookie, loginFrom, totpSecret, fields, headers, loginOrigins, ...plain } =
    input
  const secrets = secretsFor(url.origin, grants, opened)
  const secret = async (name: string, given: string | undefined) =>
    given === undefined ? {} : { [name]: await secrets.open(name, given) }
  const texts = async (name: string, given: Readonly<Record<string, string>> | undefined) =>
    given === undefined
      ? {}
      : { [name]: await mapped(given, (key, text) => secrets.openOrKeep(`${name}.${key}`, text)) }
  const options: AuditOptions = {
    ...plain,
    url: url.href,
    ...(await secret('password', password)),
    ...(await secret('secondPassword', secondPassword)),
    ...(await secret('cookie', cookie)),
    ...(await secret('totpSecret', totpSecret)),
    ...(loginFrom === undefined
      ? {}
      : { loginFrom: readRecording(await secrets.open('loginFrom', loginFrom)) }),
    ...(await texts('fields', fields)),
    ...(await texts('headers', headers)),
    ...(loginOrigins === undefined ? {} : { loginOrigins }),
    ...(grants.browser ? {} : { browser: false }),
    ...(grants.insecure ? { insecure: true } : {}),
    maxRequests: plain.maxRequests ?? Math.min(grants.maxRequests, 300),
    maxLogins: plain.maxLogins ?? Math.min(grants.maxLogins, 20),
    timeLimit: plain.timeLimit ?? grants.timeLimit,
    ...(grants.origins.length === 0 ? { allowAddress: isLoopback } : {}),
  }
  checkSignsIn(options)
  checkOptions(options)
  return options
}

/** Whether it may be audited at all: what was named, or where nothing was, this machine as a visitor. */
function checkOrigin(url: URL, { origins }: Grants): void {
  const allowed = origins.length === 0 ? isLoopback(hostOf(url)) : origins.includes(url.origin)
  if (allowed) return
  const those = origins.length === 0 ? 'origins of this machine' : origins.join(', ')
  throw new ToolError('origin_not_allowed', `${url.origin} may not be audited here; allowed: ${those}`)
}

function checkAllowed(input: TargetInput, grants: Grants): void {
  const stray = CHANGES.find((name) => input[name] !== undefined)
  if (stray !== undefined && !grants.changes) {
    throw new ToolError(
      'not_allowed',
      `${stray} sends what you choose as the user, or does what others notice, which needs a server that was started with --allow-changes`,
    )
  }
  for (const origin of input.loginOrigins ?? []) {
    const url = readUrl(origin, 'loginOrigins')
    if (!grants.loginOrigins.includes(url.origin)) {
      throw new ToolError(
        'origin_not_allowed',
        `${url.origin} may not be contacted in a login; --login-origin at the start of the server allows it`,
      )
    }
  }
  if (input.browser === true && !grants.browser) {
    throw new ToolError('not_allowed', 'this server was started with --no-browser')
  }
  for (const name of ['maxRequests', 'maxLogins', 'timeLimit'] as const) {
    if ((input[name] ?? 0) > grants[name]) {
      throw new ToolError('not_allowed', `${name} may be at most ${grants[name]} here`)
    }
  }
}

async function mapped(
  given: Readonly<Record<string, string>>,
  change: (key: string, text: string) => Promise<string>,
): Promise<Record<string, string>> {
  const entries = Object.entries(given).map(async ([key, text]) => [key, await change(key, text)] as const)
  return Object.fromEntries(await Promise.all(entries))
}
