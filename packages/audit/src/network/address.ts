import dns from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { AuditError } from '../options/errors.ts'
import { hostOf } from './host.ts'

type AllowAddress = (address: string, hostname: string) => boolean

/**
 * A resolver for `net.connect` that asks about every address before a socket is opened to it, so that a
 * name which resolves differently the second time (DNS rebinding) gains nothing.
 */
export function guardedLookup(allow: AllowAddress): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(loopbackOf(hostname), { ...options, all: true }, (error, addresses) => {
      const first = addresses?.[0]
      if (error !== null || first === undefined) {
        callback(error ?? new Error(`${hostname} has no address`), '', 0)
        return
      }
      const refused = addresses.find(({ address }) => !allow(address, hostname))
      if (refused !== undefined) callback(addressRefused(hostname), '', 0)
      else if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

/** A resolver for `net.connect`. */
export const lookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(loopbackOf(hostname), options, callback)
}

/** Browsers take every name below localhost for loopback themselves (RFC 6761, 6.3), and many resolvers do not. */
function loopbackOf(hostname: string): string {
  return hostname.endsWith('.localhost') ? 'localhost' : hostname
}

/** A host that is an IP address is never resolved, so it is asked about here. */
export function assertLiteralAllowed(url: URL, allow: AllowAddress): void {
  const host = hostOf(url)
  if (isIP(host) !== 0 && !allow(host, host)) throw addressRefused(host)
}

function addressRefused(hostname: string): AuditError {
  return new AuditError(
    'address_refused',
    `${hostname} resolves to an address that may not be contacted here`,
  )
}
