import { createClientAddress } from 'latchkey'
import type { ConsoleContext } from '../context.ts'

/** Where requests come from, as their sessions have it too; 'unknown' when that cannot be known. */
export function clientAddress(trustedProxies: readonly string[]): (c: ConsoleContext) => string {
  const addressOf = createClientAddress({ trustedProxies })
  return (c) => {
    const { remoteAddress } = c.env.incoming.socket
    return addressOf({ remoteAddress, header: (name) => c.req.header(name) }) ?? 'unknown'
  }
}

/**
 * Whether the browser's own connection has TLS. Who makes up the header gains nothing by it: over plain http browsers
 * ignore Strict-Transport-Security (RFC 6797 section 8.1).
 */
export function isEncrypted(c: ConsoleContext, isBehindProxy: boolean): boolean {
  if (c.req.url.startsWith('https:')) return true
  return isBehindProxy && c.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https'
}

const loopbackHosts = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/**
 * Whether the Host header names this machine. A console on loopback answers no other name, so that a site whose
 * name is pointed at 127.0.0.1 (DNS rebinding) cannot use it.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && loopbackHosts.test(host)
}
