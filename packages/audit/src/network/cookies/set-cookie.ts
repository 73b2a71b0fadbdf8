import { getPublicSuffix } from 'tldts'
import type { CookieAttributes } from '../../evidence/evidence.ts'
import { hostOf, isLoopback } from '../host.ts'
import { parseCookieDate } from './date.ts'

/** One Set-Cookie header as browsers read it (RFC 6265bis, sections 5.6 and 5.7). */
export interface SeenCookie {
  readonly name: string
  readonly value: string
  readonly attributes: CookieAttributes
  /** It removes the cookie: already expired, or emptied. */
  readonly deletion: boolean
  readonly domainIsPublicSuffix: boolean
  readonly widerThanHost: boolean
  readonly refusedByBrowsers: string | null
}

/** Browsers keep no cookie longer than 400 days (RFC 6265bis, section 5.5). */
const LONGEST_LIFETIME = 34_560_000
const LARGEST_PAIR = 4096
const LARGEST_ATTRIBUTE = 1024

/** Null for a header that browsers ignore altogether (no name and no value). */
export function readSetCookie(raw: string, url: URL, now: number): SeenCookie | null {
  const [pair = '', ...rest] = raw.split(';')
  const equals = pair.indexOf('=')
  const name = equals < 0 ? '' : trim(pair.slice(0, equals))
  const value = trim(pair.slice(equals + 1))
  if (name === '' && value === '') return null

  const found = readAttributes(rest)
  const attributes = interpret(found, now)
  const host = hostOf(url)
  const domain = attributes.domain
  const suffix =
    domain !== null && domain !== host && getPublicSuffix(domain, { allowPrivateDomains: true }) === domain
  return {
    name,
    value,
    attributes,
    deletion: value === '' || (attributes.lifetimeSeconds !== null && attributes.lifetimeSeconds <= 0),
    domainIsPublicSuffix: suffix,
    widerThanHost: domain !== null && domain !== host,
    refusedByBrowsers:
      unreadable(raw, name, value, found) ?? refusal({ name, value, attributes, url, suffix }),
  }
}

/** Last one wins; a value over 1024 bytes is as if absent. */
function readAttributes(parts: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const part of parts) {
    const equals = part.indexOf('=')
    const key = trim(equals < 0 ? part : part.slice(0, equals)).toLowerCase()
    const value = equals < 0 ? '' : trim(part.slice(equals + 1))
    if (value.length <= LARGEST_ATTRIBUTE) found.set(key, value)
  }
  return found
}

function interpret(found: ReadonlyMap<string, string>, now: number): CookieAttributes {
  const domain = (found.get('domain') ?? '')
    .toLowerCase()
    .replace(/^\./, '')
    .replace(/^\[(.*)\]$/, '$1')
  const path = found.get('path')
  return {
    secure: found.has('secure'),
    httpOnly: found.has('httponly'),
    sameSite: readSameSite(found.get('samesite')),
    domain: domain === '' ? null : domain,
    path: path?.startsWith('/') ? path : null,
    partitioned: found.has('partitioned'),
    lifetimeSeconds: readLifetime(found.get('max-age'), found.get('expires'), now),
  }
}

function readSameSite(value: string | undefined): CookieAttributes['sameSite'] {
  const known = { strict: 'Strict', lax: 'Lax', none: 'None' } as const
  const key = value?.toLowerCase()
  return key === 'strict' || key === 'lax' || key === 'none' ? known[key] : null
}

/** Max-Age wins over Expires; what browsers cannot read is as if absent. */
function readLifetime(maxAge: string | undefined, expires: string | undefined, now: number): number | null {
  if (maxAge !== undefined && /^[+-]?\d+$/.test(maxAge)) return Math.min(Number(maxAge), LONGEST_LIFETIME)
  if (expires === undefined) return null
  const date = parseCookieDate(expires)
  return date === null ? null : Math.min(Math.round((date - now) / 1000), LONGEST_LIFETIME)
}

interface Judged {
  readonly name: string
  readonly value: string
  readonly attributes: CookieAttributes
  readonly url: URL
  readonly suffix: boolean
}

/** Why browsers read no cookie at all. */
function unreadable(
  raw: string,
  name: string,
  value: string,
  found: ReadonlyMap<string, string>,
): string | null {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(raw)) return 'it holds a control character'
  // Chromium; Firefox keeps it.
  const parts = [name, value, ...found.keys(), ...found.values()]
  if (parts.some((part) => part.includes('\t'))) return 'it holds a tab'
  if (name === '' && value.includes('=')) return 'it has no name and its value holds an equals sign'
  if (/^\.$|^[^[].*:/.test(found.get('domain') ?? '')) return 'its Domain is no host'
  if (name.length + value.length > LARGEST_PAIR) return 'name and value together are over 4096 bytes'
  return null
}

function refusal({ name, value, attributes, url, suffix }: Judged): string | null {
  const host = hostOf(url)
  const { secure, domain, sameSite } = attributes
  if (domain !== null && domain !== host && !(host.endsWith(`.${domain}`) && !/^[\d.]+$|:/.test(host))) {
    return `its Domain does not cover the host ${host}`
  }
  if (suffix) return 'its Domain is a public suffix'
  if (secure && url.protocol === 'http:' && !isLoopback(host)) return 'it is Secure but came over plain http'
  if (sameSite === 'None' && !secure) return 'SameSite=None without Secure'
  if (attributes.partitioned && !secure) return 'Partitioned without Secure'
  return prefixRefusal(name === '' ? value : name, name === '', attributes)
}

/** Prefix rules of RFC 6265bis section 5.4 and of the layered cookies draft (`__Http-`), case-insensitive. */
function prefixRefusal(name: string, nameless: boolean, attributes: CookieAttributes): string | null {
  const prefix = /^__(?:host-http|host|secure|http)-/i.exec(name)?.[0].toLowerCase()
  if (prefix === undefined) return null
  if (nameless) return 'it has no name and its value imitates a prefix'
  const { secure, httpOnly, domain, path } = attributes
  if (!secure) return `the prefix ${prefix} needs Secure`
  if (prefix.startsWith('__host-') && (domain !== null || path !== '/')) {
    return `the prefix ${prefix} needs Path=/ and no Domain`
  }
  if (prefix.endsWith('http-') && !httpOnly) return `the prefix ${prefix} needs HttpOnly`
  return null
}

function trim(text: string): string {
  return text.replace(/^[\t ]+|[\t ]+$/g, '')
}
