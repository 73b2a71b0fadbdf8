import type { Exchange } from '../exchange.ts'
import { isWebKit } from '../navigation/clearing.ts'
import type { SessionCookie } from './cookie.ts'

/**
 * Says once, and once more of Safari on localhost, that browsers will refuse the session cookie: Secure over plain http
 * (RFC 6265bis section 5.7 step 9), where every sign-in would otherwise seem to be forgotten at once.
 */
export function createRefusalWarning(cookie: SessionCookie, warn: (message: string) => void) {
  const told = new Set<Refusal>()
  return (exchange: Exchange): void => {
    const refusal = cookie.secure ? refusalOf(exchange) : null
    if (refusal === null || told.has(refusal)) return
    told.add(refusal)
    warn(textOf(refusal, cookie.name))
  }
}

type Refusal = 'by all' | 'by WebKit'

function textOf(refusal: Refusal, name: string): string {
  return refusal === 'by all'
    ? `latchkey: browsers refuse the Secure cookie ${name} over plain http, so nobody will stay signed in. ` +
        'Serve https (a proxy that ends TLS should send X-Forwarded-Proto: https), or open the site as ' +
        'http://localhost (not in Safari, whose engine refuses it there too); for plain http on a trusted network set ' +
        "cookie: { name: 'session', secure: false }."
    : `latchkey: this browser seems to be Safari or another with WebKit, which refuses the Secure cookie ${name} over ` +
        'plain http on localhost too, so nobody will stay signed in with it. While developing, set ' +
        "cookie: { name: 'session', secure: false }, serve https, or use another browser."
}

function refusalOf(exchange: Exchange): Refusal | null {
  if (!isTrustworthy(exchange)) return 'by all'
  const isPlain = exchange.encrypted === false && !isForwardedHttps(exchange)
  return isPlain && isLoopback(exchange.header('host') ?? '') && isWebKit(exchange) ? 'by WebKit' : null
}

/**
 * Whether browsers take a Secure cookie in the answer, as far as this server can see. They send Sec-Fetch-Site to
 * trustworthy origins only, so it proves https in front of a silent proxy.
 */
export function isTrustworthy(exchange: Exchange): boolean {
  if (exchange.encrypted !== false) return true
  if (exchange.header('sec-fetch-site')) return true
  return isForwardedHttps(exchange) || isLoopback(exchange.header('host') ?? '')
}

function isForwardedHttps(exchange: Exchange): boolean {
  return /https/i.test(`${exchange.header('x-forwarded-proto') ?? ''} ${exchange.header('forwarded') ?? ''}`)
}

/** Of a Host header: browsers take what came over plain http from there for safe. */
export function isLoopback(host: string): boolean {
  return /^(localhost|[a-z0-9.-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host)
}
