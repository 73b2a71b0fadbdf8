import { isIP } from 'node:net'
import { getDomain, getPublicSuffix } from 'tldts'
import { isLoopback } from '../../network/host.ts'

/**
 * Why no other host can set a cookie that this one is sent: browsers refuse a Domain that is a public suffix, and an
 * address or a name on loopback has no Domain above it. Null where one can: a host below it, or beside it.
 */
export function noSiblingOf(host: string): string | null {
  const name = host.replace(/\.$/, '')
  if (isIP(name) !== 0) return `${host} is an address, which shares its cookies with no other host`
  if (isLoopback(name) || !name.includes('.'))
    return `${host} is a name of one machine, which has no other host beside it`
  const known = { allowPrivateDomains: true }
  if (getPublicSuffix(name, known) === name || getDomain(name, known) === null)
    return `${host} is a public suffix, for which browsers take no cookies of other hosts`
  return null
}
