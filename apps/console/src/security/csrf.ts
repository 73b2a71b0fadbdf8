import type { MiddlewareHandler } from 'hono'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a browser sent this request for a page of another origin: the algorithm of Go 1.25's
 * `CrossOriginProtection`. Requests without both headers are no browser's, or older than both.
 */
export function isCrossOrigin(method: string, header: (name: string) => string | undefined): boolean {
  if (safeMethods.has(method)) return false
  const site = header('sec-fetch-site')
  if (site) return site !== 'same-origin' && site !== 'none'
  const origin = header('origin')
  if (!origin) return false
  return !URL.canParse(origin) || new URL(origin).host !== header('host')
}

/** Refuses requests that another site's page made, sign-in and sign-up among them (login CSRF). */
export function refuseCrossOrigin(refuse: MiddlewareHandler): MiddlewareHandler {
  return (c, next) => (isCrossOrigin(c.req.method, (name) => c.req.header(name)) ? refuse(c, next) : next())
}
