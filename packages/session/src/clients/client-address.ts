// Not by names: Node makes BlockList and SocketAddress when they are first asked for, which takes longer than this file.
import net from 'node:net'
import { SessionError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { type LastEntry, lastForwardedFor } from './client-forwarded.ts'

export interface ProxyOptions {
  /**
   * Addresses and CIDR blocks of the proxies in front of this server: `'10.0.3.7'`, `'10.0.3.0/24'`, `'::1'`. Only
   * what they say about where a request comes from is believed. List proxies alone: whoever sends from one of these
   * addresses can name any other. Default: none, and the address is the connection's.
   */
  readonly trustedProxies?: readonly string[] | undefined
  /**
   * The header that these proxies add to. One that they do not write passes on what the client made up.
   * Default 'x-forwarded-for'.
   */
  readonly forwardedBy?: 'x-forwarded-for' | 'forwarded' | undefined
}

/** What finding an address takes of a request. */
export type ClientOrigin = Pick<Exchange, 'header' | 'remoteAddress'>

/**
 * The address that a request comes from, in its canonical text (RFC 5952; IPv4 without an IPv6 prefix); null when it
 * cannot be known, as over a Unix socket.
 */
export type ClientAddress = (origin: ClientOrigin) => string | null

interface Hop {
  readonly address: string | null
  readonly isTrusted: boolean
}

const rememberedHops = 1000
// `[` and `]` around 45 characters, and a port. Longer text is no address, and not worth the memory.
const longestAddress = 64

/**
 * Walks from the connection towards the client, as long as the hop that tells of the next one is a trusted proxy. So
 * whatever a client writes into the header stays out of reach: it is left of the entry its proxy added (ASVS 4.1.3).
 * @throws SessionError `config_invalid`
 */
export function createClientAddress({
  trustedProxies = [],
  forwardedBy = 'x-forwarded-for',
}: ProxyOptions = {}): ClientAddress {
  const trusted = blockListOf(trustedProxies)
  const lastEntry = walkers[forwardedBy]
  if (!lastEntry) throw invalid(`forwardedBy: ${JSON.stringify(forwardedBy)} is no header it can read`)
  const hops = new Map<string, Hop>()

  function hopOf(text: string): Hop {
    const known = hops.get(text)
    if (known) return known
    const address = parseAddress(text)
    const isTrusted = address !== null && trusted.check(address, net.isIP(address) === 4 ? 'ipv4' : 'ipv6')
    if (hops.size >= rememberedHops) hops.clear()
    if (text.length <= longestAddress) hops.set(text, { address, isTrusted })
    return { address, isTrusted }
  }

  return (origin) => {
    let hop = hopOf(origin.remoteAddress ?? '')
    if (!hop.isTrusted) return hop.address
    let rest = origin.header(forwardedBy) ?? ''
    while (hop.isTrusted && rest !== '') {
      const { entry, before } = lastEntry(rest)
      if (entry !== '') hop = hopOf(entry)
      rest = before
    }
    return hop.address
  }
}

const lastListed: LastEntry = (list) => {
  const comma = list.lastIndexOf(',')
  return { entry: list.slice(comma + 1).trim(), before: comma < 0 ? '' : list.slice(0, comma) }
}

const walkers: Readonly<Record<string, LastEntry>> = {
  'x-forwarded-for': lastListed,
  forwarded: lastForwardedFor,
}

// `[2001:db8::1]:80` and `[2001:db8::1]`, `192.0.2.1:80`
const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/
const withPort = /^([\d.]+):\d{1,5}$/

/** An entry of X-Forwarded-For, or what a socket says, as canonical text; null for what is no address. */
export function parseAddress(text: string): string | null {
  const bare = bracketed.exec(text)?.[1] ?? withPort.exec(text)?.[1] ?? text
  const family = net.isIP(bare)
  if (family === 4) return bare
  if (family !== 6) return null
  // A zone (fe80::1%eth0) means something on one machine only.
  const [address = ''] = bare.split('%')
  const canonical = new net.SocketAddress({ address, family: 'ipv6' }).address
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(canonical)?.[1] ?? canonical
}

/** What stays when a client's address changes by itself: of IPv6 the /64, inside which hosts take new addresses. */
export function networkOf(address: string): string {
  if (net.isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after].slice(0, 4).join(':')
}

function blockListOf(entries: readonly string[]): net.BlockList {
  const list = new net.BlockList()
  for (const entry of entries) {
    const { address, bits, prefix } = parseBlock(entry)
    list.addSubnet(address, prefix, bits === 32 ? 'ipv4' : 'ipv6')
  }
  return list
}

function parseBlock(entry: string): { address: string; bits: number; prefix: number } {
  const [text = '', length, ...more] = String(entry).split('/')
  const address = net.isIP(text) === 0 ? null : parseAddress(text)
  if (address === null || more.length > 0) throw invalid(`${JSON.stringify(entry)} is no address or block`)
  const bits = net.isIP(address) === 4 ? 32 : 128
  // A block of IPv4 addresses that is written as one of IPv6: ::ffff:10.0.0.0/104.
  const written = net.isIP(text) === 6 && bits === 32 ? 128 : bits
  const prefix =
    length === undefined ? bits : Number(/^\d{1,3}$/.test(length) ? length : -1) - (written - bits)
  if (prefix < 0 || prefix > bits) throw invalid(`${JSON.stringify(entry)} has no such prefix length`)
  if (prefix === 0) throw invalid(`${JSON.stringify(entry)} trusts every client to name its own address`)
  return { address, bits, prefix }
}

function invalid(problem: string): SessionError {
  return new SessionError(
    'config_invalid',
    `trustedProxies: ${problem}. Write the addresses of your proxies: trustedProxies: ['10.0.3.0/24', '::1'], and ` +
      "forwardedBy: 'x-forwarded-for' or 'forwarded'.",
  )
}
