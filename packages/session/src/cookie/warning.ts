import type { Exchange } from '../exchange.ts'
import type { SessionCookie } from './cookie.ts'

/**
 * Says once that browsers will refuse the session cookie: Secure over plain http beyond localhost
 * (RFC 6265bis section 5.7 step 9), where every sign-in would otherwise seem to be forgotten at once.
 */
export function createRefusalWarning(cookie: SessionCookie, warn: (message: string) => void) {
  let done = !cookie.secure
  return (exchange: Exchange): void => {
    if (done || isTrustworthy(exchange)) return
    done = true
    warn(
      `latchkey: browsers refuse the Secure cookie ${cookie.name} over plain http, so nobody will stay signed in. ` +
        'Serve https (a proxy that ends TLS should send X-Forwarded-Proto: https), or open the site as ' +
        "http://localhost; for plain http on a trusted network set cookie: { name: 'session', secure: false }.",
    )
  }
}

// Browsers send Sec-Fetch-Site to trustworthy origins only, so it proves https in front of a silent proxy.
function isTrustworthy(exchange: Exchange): boolean {
  if (exchange.encrypted !== false) return true
  if (exchange.header('sec-fetch-site')) return true
  if (/https/i.test(`${exchange.header('x-forwarded-proto') ?? ''} ${exchange.header('forwarded') ?? ''}`))
    return true
  return isLoopback(exchange.header('host') ?? '')
}

function isLoopback(host: string): boolean {
  return /^(localhost|[a-z0-9.-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host)
}
