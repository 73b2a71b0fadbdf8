import { createHash } from 'node:crypto'
import type { Finding } from './check.ts'

/** Hex digits of a fingerprint: 64 bits are enough to tell the findings of one site apart. */
const LENGTH = 16

/**
 * Names one fault at one place, the same in each run and wherever the site runs: of the check, of the place without
 * what differs between runs, and of the check's own word for the fault where a place can have several.
 */
export function fingerprintOf(check: string, { where, kind = '' }: Pick<Finding, 'where' | 'kind'>): string {
  const words = [check, lasting(where), lasting(kind)]
  return createHash('sha256').update(words.join('\n')).digest('hex').slice(0, LENGTH)
}

/** What stays of a place: no host and port, no value of a parameter, no ID in a path, no random part of a name. */
export function lasting(place: string): string {
  return place
    .replace(/<([^<>:]*):[0-9a-f]{8}>/g, '<$1>')
    .replace(/\bhttps?:\/\/[^\s/?#]+(?:\/|(?=[\s?#]|$))/gi, '/')
    .replace(/\?([^\s#]*)/g, (_, query: string) => `?${namesOf(query)}`)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '*')
    .replace(/[0-9a-f]{16,}/gi, '*')
    .replace(/(?<=\/)(?=[^\s/?#;]*\d)[\w-]{20,}(?=[\s/?#;]|$)/g, '*')
    .replace(/(?<=\/)\d+(?=[\s/?#;.]|$)/g, '*')
    .replace(/\d{4,}/g, '*')
}

function namesOf(query: string): string {
  const names = query.split('&').map((pair) => pair.split('=', 1)[0] ?? '')
  return [...new Set(names)].toSorted().join('&')
}
