import { SessionError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { refuseUnknown } from '../known-options.ts'

export interface CrossOriginOptions {
  /**
   * Origins whose pages may send unsafe requests here, compared as a whole: `https://app.example.com`, and those of
   * pages inside applications and extensions, `capacitor://localhost`. Behind a proxy that changes Host, the
   * application's own origin too.
   */
  readonly trustedOrigins?: readonly string[] | undefined
  /**
   * Paths that other sites may post to and that protect themselves otherwise (a webhook's signature, the state of an
   * OAuth form_post callback). Compared as a whole with the path of the request, without its query.
   */
  readonly exempt?: readonly string[] | undefined
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
    const origin = exchange.header('origin')?.trim()
    const host = exchange.header('host')
    if (isOwn(site, origin, host)) return
    if (exempt.has(exchange.path) || (origin && trusted.has(origin))) return
    throw new SessionError('cross_origin_request', refusal(origin, host))
  }
}

/**
 * Both have to say so, where both are there. Sec-Fetch-Site alone may speak of a service worker of ours that passes a
 * stranger's navigation on, Origin alone of http beside https. Without either it is no browser, or one of before 2020
 * sending to its own origin.
 */
function isOwn(
  site: string | undefined,
  origin: string | undefined,
  host: string | null | undefined,
): boolean {
  // `none` is the user's own doing: an address typed, a bookmark.
  const isOfSite = site === 'same-origin' || site === 'none'
  if (site && !isOfSite) return false
  // A page whose policy is no-referrer hides its origin from itself as well.
  if (origin === 'null') return isOfSite
  return !origin || isOfHost(origin, host)
}

const usualPorts: Readonly<Record<string, string>> = { 'http:': ':80', 'https:': ':443' }

/** Hosts are compared, and the scheme is not: behind a proxy it is not known here. */
function isOfHost(origin: string, host: string | null | undefined): boolean {
  if (!host || !URL.canParse(origin)) return false
  const { protocol, host: own } = new URL(origin)
  // Pages inside applications (`tauri://localhost`) are not ours because their host is called like ours.
  const usualPort = usualPorts[protocol]
  return usualPort !== undefined && [own, own + usualPort].includes(host.toLowerCase())
}

function refusal(origin: string | undefined, host: string | null | undefined): string {
  const shown = (text: string | null | undefined) => JSON.stringify((text ?? '').slice(0, 100))
  return (
    `A page of another origin sent this request: Origin ${shown(origin)}, Host ${shown(host)}. If that page is ` +
    'yours, either the proxy before this server must pass Host on as it came (nginx: proxy_set_header Host $http_host), ' +
    'or its origin belongs into crossOrigin: { trustedOrigins }. If this path is made for others, write it into ' +
    'crossOrigin: { exempt }.'
  )
}

// What browsers send for pages that no web server gave: capacitor://localhost, app://main, chrome-extension://<id>.
const applicationOrigin = /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._-]+(:\d{1,5})?$/

function refuseInvalidOrigin(origin: string): void {
  const isWeb = /^https?:/i.test(origin)
  if (isWeb ? isWebOrigin(origin) : applicationOrigin.test(origin)) return
  const reason =
    origin === 'null'
      ? 'is the origin of every page that hides its own: of any frame in a sandbox, and of yours, usually for ' +
        'Referrer-Policy: no-referrer. Send same-origin or strict-origin-when-cross-origin with that page instead.'
      : "is not an origin. Write scheme, host and port if it is not the usual: 'https://app.example.com', 'capacitor://localhost'."
  throw new SessionError('config_invalid', `crossOrigin.trustedOrigins: ${JSON.stringify(origin)} ${reason}`)
}

/** In the form in which browsers send it. A `*` is part of a name for URL parsers, and of none that exists. */
function isWebOrigin(origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).origin === origin && !origin.includes('*')
}

function refuseInvalidPath(path: string): void {
  if (path.startsWith('/') && !/[?#*]/.test(path)) return
  throw new SessionError(
    'config_invalid',
    `crossOrigin.exempt: ${JSON.stringify(path)} is not one path. Write it whole, without pattern and query: '/webhooks/payments'.`,
  )
}
