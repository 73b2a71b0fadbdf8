import { AuditError } from './errors.ts'

/** Reads an http(s) URL; a wrong one throws `usage` naming the option it came from. */
export function readUrl(text: string, option: string, base?: URL): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AuditError('usage', `${option} must be an http or https URL, such as https://example.com/`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new AuditError('usage', `${option} must not hold credentials; use --username and --password`)
  }
  url.hash = ''
  return url
}
