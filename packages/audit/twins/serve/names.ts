import dns, { type LookupAddress } from 'node:dns'

/**
 * A site on loopback has no subdomains and keeps no HSTS, so what belongs to a real host is shown under a
 * real name. `.test` is reserved for this (RFC 6761), and no resolver knows it.
 */
export const DOMAIN = 'tidewater.test'
export const HOST = `books.${DOMAIN}`

type Answer = (error: Error | null, address?: string | LookupAddress[], family?: number) => void

const taught = new Set<string>()

/** Teaches this process, as a line in its hosts file would, that a name is 127.0.0.1. */
export function teachHost(host = HOST): void {
  if (taught.size === 0) teach()
  taught.add(host)
}

function teach(): void {
  const system = dns.lookup as (...args: unknown[]) => void
  const lookup = (hostname: string, ...rest: unknown[]) => {
    if (!taught.has(hostname)) return system(hostname, ...rest)
    const [options, answer] = (rest.length === 1 ? [{}, rest[0]] : rest) as [
      { all?: boolean } | number,
      Answer,
    ]
    const all = typeof options === 'object' && options.all === true
    process.nextTick(() => {
      if (all) answer(null, [{ address: '127.0.0.1', family: 4 }])
      else answer(null, '127.0.0.1', 4)
    })
  }
  Object.defineProperty(dns, 'lookup', { value: lookup, configurable: true, writable: true })
}
