import type { MiddlewareHandler } from 'hono'

// Everything is a file of this origin: no inline script or style, nothing framed, nothing loaded from elsewhere.
const contentPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
  // Not no-referrer: that turns the Origin of a form post into null.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/** Security headers on every answer, and `no-store` on all but assets: every page shows who is signed in. */
export function securityHeaders(
  isEncrypted: (c: Parameters<MiddlewareHandler>[0]) => boolean,
): MiddlewareHandler {
  return async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
    if (!c.req.path.startsWith('/assets/')) c.res.headers.set('cache-control', 'no-store')
    if (isEncrypted(c)) c.res.headers.set('strict-transport-security', 'max-age=31536000')
  }
}
