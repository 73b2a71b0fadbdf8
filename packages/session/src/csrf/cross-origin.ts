import { SessionError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { refuseUnknown } from '../known-options.ts'

export interface CrossOriginOptions {
  /** Origins whose pages may send unsafe requests here: `https://app.example.com`, compared as a whole. */
  readonly trustedOrigins?: readonly string[]
  /**
   * Paths that other sites may post to and that protect themselves otherwise (a webhook's signature, the state of an
   * OAuth form_post callback). Compared as a whole with the path of the request, without its query.
   */
  readonly exempt?: readonly string[]
}

/**
 * Refuses what another site makes a browser send (CSRF, ASVS 3.5.1), by what browsers say of a request's origin and
 * no script can change. Covers login forms too: it asks for no session.
 * @throws SessionError `cross_origin_request`
 */
export type CrossOriginCheck = (exchange: Exchange) => void

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** @throws SessionError `config_invalid` */
export function createCrossOriginCheck(options: CrossOriginOptions): CrossOriginCheck {
  refuseUnknown('crossOrigin', options, { trustedOrigins: true, exempt: true })
  const trusted = new Set(options.trustedOrigins)
  const exempt = new Set(options.exempt)
  for (const origin of trusted) refuseInvalidOrigin(origin)
  for (const path of exempt) refuseInvalidPath(path)

  return (exchange) => {
    // A WebSocket opens with a GET, and without CORS: a page of any origin could use the user's (ASVS 4.4.2).
    if (safeMethods.has(exchange.method) && !exchange.header('upgrade')) return
    const site = exchange.header('sec-fetch-site')?.trim()
    // `none` is the user's own doing: an address typed, a bookmark.
    if (site === 'same-origin' || site === 'none') return
    const origin = exchange.header('origin')?.trim()
    // Neither header: not a browser, or one of before 2020 sending to its own origin.
    if (!site && !origin) return
    if (!site && origin && isOfHost(origin, exchange.header('host'))) return
    if (exempt.has(exchange.path) || (origin && trusted.has(origin))) return
    throw new SessionError(
      'cross_origin_request',
      'A page of another origin sent this request. If that page is yours, write its origin into ' +
        'crossOrigin: { trustedOrigins }; if this path is made for others, into crossOrigin: { exempt }.',
    )
  }
}

/** Browsers without Sec-Fetch-Site: the scheme is not known here behind a proxy, so hosts are compared. */
function isOfHost(origin: string, host: string | null | undefined): boolean {
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host
}

function refuseInvalidOrigin(origin: string): void {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return
  throw new SessionError(
    'config_invalid',
    `crossOrigin.trustedOrigins: ${JSON.stringify(origin)} is not an origin. Write scheme, host and port if it is not the usual: 'https://app.example.com'.`,
  )
}

function refuseInvalidPath(path: string): void {
  if (path.startsWith('/') && !/[?#*]/.test(path)) return
  throw new SessionError(
    'config_invalid',
    `crossOrigin.exempt: ${JSON.stringify(path)} is not one path. Write it whole, without pattern and query: '/webhooks/payments'.`,
  )
}
