import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from 'pino'

/** One line per answer: method, route, status, time. Nothing that was sent, not even the path: it can hold a token. */
export function requestLog(log: Logger, now: () => number): MiddlewareHandler {
  return async (c, next) => {
    const start = now()
    await next()
    const route = routePath(c, -1)
    // Load balancers ask every few seconds.
    const level = c.req.path === '/health' ? 'debug' : 'info'
    log[level]({ method: c.req.method, route, status: c.res.status, ms: now() - start }, 'request')
  }
}
