import { isIP } from 'node:net'
import { AuditError } from './errors.ts'
import type { TargetEvidence } from './evidence.ts'
import type { AuditOptions } from './options.ts'

/** Host of a URL without the brackets of an IPv6 literal, lower case. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
}

/** Hosts that browsers treat as trustworthy over plain http (W3C Secure Contexts, section 3.1). */
export function isLoopback(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  if (isIP(name) === 4) return name.startsWith('127.')
  return name === '::1'
}

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

/** What is audited, as the report shows it. */
export function describeTarget(options: AuditOptions, url: URL, startedAt: Date): TargetEvidence {
  return {
    url: url.href,
    origin: url.origin,
    https: url.protocol === 'https:',
    loopback: isLoopback(hostOf(url)),
    insecure: options.insecure === true,
    passive: options.passive === true,
    startedAt: startedAt.toISOString(),
  }
}
