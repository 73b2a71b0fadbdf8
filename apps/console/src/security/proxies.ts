import { createClientAddress } from 'latchkey'

/** Where a proxy of one's own is, as a rule: this machine, private networks (RFC 1918, RFC 4193), the same link. */
const nearby = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
  ...['::1', 'fc00::/7', 'fe80::/10'],
]

/** The proxies that LATCHKEY_TRUST_PROXY means, as addresses and CIDR blocks; null for a text that means none. */
export function parseProxies(text: string): readonly string[] | null {
  if (text === '0') return []
  if (text === '1') return nearby
  const trustedProxies = text.split(',').map((each) => each.trim())
  try {
    createClientAddress({ trustedProxies })
    return trustedProxies
  } catch {
    return null
  }
}

export const proxyForms =
  'must be 0, 1, or the addresses of proxies with commas between, such as 192.0.2.7,2001:db8::/64'
