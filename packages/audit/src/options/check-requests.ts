import { AuditError } from './errors.ts'
import type { AuditOptions } from './options.ts'
import { checkPlaces, readRequest } from './request.ts'
import { readUrl } from './url.ts'

/** Throws AuditError `usage` for requests and tokens that cannot be what was meant. */
export function checkRequests(options: AuditOptions, site: URL): void {
  const { tokenHeader, tokenScheme } = options
  for (const [name, value, example] of [
    ['token-header', tokenHeader, 'X-Auth-Token'],
    ['token-scheme', tokenScheme, 'Bearer'],
  ] as const) {
    if (value !== undefined && !TOKEN.test(value))
      throw new AuditError('usage', `--${name} must be one word, such as ${example}`)
  }
  checkLoginOrigins(options, site)
  for (const stream of options.streams ?? []) {
    if (readUrl(stream.replace(/^ws/i, 'http'), '--stream', site).hostname !== site.hostname)
      throw new AuditError(
        'usage',
        `--stream is on another host than ${site.host}; an audit stays on one origin`,
      )
  }
  for (const [name, text, address] of [
    ['protected', options.protectedRequest, options.protectedUrl],
    ['logout', options.logoutRequest, options.logoutUrl],
    ['logout-everywhere', options.logoutEverywhereRequest, options.logoutEverywhereUrl],
  ] as const) {
    if (text === undefined) continue
    if (address !== undefined)
      throw new AuditError('usage', `give either --${name}-url or --${name}-request, not both`)
    const request = readRequest(text, `--${name}-request`, site)
    if (name !== 'protected') checkPlaces(request, `--${name}-request`)
    if (request.url.hostname !== site.hostname) {
      throw new AuditError(
        'usage',
        `--${name}-request is on another host than ${site.host}; an audit stays on one origin`,
      )
    }
  }
}

function checkLoginOrigins({ loginOrigins = [], passive, cookie }: AuditOptions, site: URL): void {
  if (loginOrigins.length > 0 && (passive || cookie !== undefined))
    throw new AuditError('usage', '--login-origin is for a login: give a user name and a password')
  for (const origin of loginOrigins) {
    const url = readUrl(origin, '--login-origin')
    if (url.pathname !== '/' || url.search !== '')
      throw new AuditError('usage', `--login-origin is an origin without a path, such as ${url.origin}`)
    if (url.origin === site.origin)
      throw new AuditError(
        'usage',
        '--login-origin is for another origin; the site’s own is contacted anyway',
      )
  }
}

/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/
