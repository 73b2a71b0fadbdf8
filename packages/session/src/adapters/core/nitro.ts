import type { ServerResponse } from 'node:http'
import type { H3Event } from './h3-exchange.ts'

/** What is used of Nitro 2's application. */
export interface NitroApp {
  // Of h3 1, whose types are no part of this: a method is compared loosely.
  readonly h3App: { handler(event: never): unknown }
}

type Middleware = (event: H3Event, next: () => unknown) => Promise<unknown>

// What Nuxt's bundler makes, and no session decides: as files before any middleware.
const assets = /^\/_nuxt\//

/**
 * Puts a middleware around all that Nitro 2 does for a request. Its own middleware runs before the routes alone, and what
 * they throw is answered elsewhere.
 */
export function wrapNitro({ h3App }: NitroApp, middleware: Middleware): void {
  const handler = h3App.handler as (event: H3Event) => unknown
  const wrapped = async (event: H3Event): Promise<void> => {
    const { req, res } = event.node as { req: { url?: string }; res: ServerResponse }
    if (assets.test(req.url ?? '')) return void (await handler(event))
    const answer = await middleware(event, () => handler(event))
    if (!(answer instanceof Response) || res.writableEnded) return
    res.statusCode = answer.status
    for (const [name, value] of answer.headers) res.setHeader(name, value)
    res.end(await answer.text())
  }
  h3App.handler = Object.assign(wrapped, handler)
}
