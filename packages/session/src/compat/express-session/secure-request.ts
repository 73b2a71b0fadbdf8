import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../../cookie/warning.ts'

/** Whether a request came over TLS, as express-session judges it. @param proxy its option */
export function isSecureRequest(req: IncomingMessage, proxy: boolean | undefined): boolean {
  if (req.socket !== undefined && 'encrypted' in req.socket && req.socket.encrypted) return true
  if (proxy === false) return false
  // As Express has it by its setting `trust proxy`.
  if (proxy === undefined) return 'secure' in req && req.secure === true
  const forwarded = String(req.headers['x-forwarded-proto'] ?? '')
  return forwarded.split(',', 1)[0]?.trim().toLowerCase() === 'https'
}

/**
 * Whether a browser would refuse a Secure cookie in the answer. One says by Sec-Fetch-Site that it would not, also
 * behind a proxy that nobody has told us of.
 */
export function refusesSecure(req: IncomingMessage, proxy: boolean | undefined): boolean {
  if (isSecureRequest(req, proxy) || req.headers['sec-fetch-site'] !== undefined) return false
  return !isLoopback(req.headers.host ?? '')
}
