import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FetchExchange, fetchExchange } from './fetch-exchange.ts'
import { type NodeExchange, nodeExchange } from './node-exchange.ts'

/** What h3 2, Nitro 3 and, on Node, h3 1 have of a request. */
export interface H3Event {
  readonly req?: unknown
  /** Lives as long as the request, and is shared with requests that a server sends to itself for its sake. */
  readonly context: object
  readonly node?: { readonly req: unknown; readonly res?: unknown } | undefined
  readonly res?: {
    readonly status?: number | undefined
    readonly headers: Headers
    readonly errHeaders: Headers
  }
}

export interface H3Exchange {
  readonly exchange: NodeExchange | FetchExchange
  /** What goes back to h3 for what its handler gave: from now on, no cookie can be set. */
  finish(result: unknown): unknown
  /** The same for an error that h3 answers. */
  fail(): void
}

/** On Node, Node's own answer takes the head: h3 has several ways to one, and middleware sees none of them. */
export function h3Exchange(event: H3Event): H3Exchange {
  const { req, res } = event.node ?? {}
  if (!req || !res) return elsewhere(event)
  const answer = res as ServerResponse
  const exchange = nodeExchange(req as IncomingMessage, answer)
  const end = () => {
    exchange.finish()
    // Nothing of Node's, though it looks like it: its end writes no head.
    if (isMock(req)) answer.writeHead(answer.statusCode)
  }
  return {
    exchange,
    finish(result) {
      end()
      return result
    },
    fail: end,
  }
}

/** Whether Nitro 2 made this request up: for one that the server sends to itself, and for each one that is not on Node. */
function isMock(req: unknown): req is { readonly __unenv__?: object } {
  return typeof req === 'object' && req !== null && '__unenv__' in req
}

/** The context of the event for whose sake Nitro 2 sends this one to itself, as `event.$fetch` and useFetch do. */
export function outerContext({ node }: H3Event): object | null {
  return (isMock(node?.req) && node.req.__unenv__) || null
}

const isOwnResponse = Symbol.for('h3.HTTPResponse')

/** On other runtimes h3 puts what stands in `event.res` over what a handler returns, except where that is a Response. */
function elsewhere(event: H3Event): H3Exchange {
  const request = event.req as Request & { ip?: string }
  const exchange = fetchExchange(request, request.ip)
  const { res } = event
  if (!res) throw new Error('This is no event of h3: app.use(session.middleware).')
  return {
    exchange,
    finish(result) {
      const response = responseOf(result, res.status)
      if (!response) {
        // A symbol says that there is no such route.
        complete(typeof result === 'symbol' || result instanceof Error ? res.errHeaders : res.headers)
        return result
      }
      const own = response.status < 400 ? res.headers : res.errHeaders
      const headers = new Headers(response.headers)
      for (const [name, value] of own)
        name === 'set-cookie' ? headers.append(name, value) : headers.set(name, value)
      for (const name of [...own.keys()]) own.delete(name)
      const { body, status, statusText } = response
      return exchange.finish(new Response(body, { status, statusText, headers }))
    },
    fail: () => complete(res.errHeaders),
  }

  function complete(headers: Headers): void {
    const whole = exchange.finish(new Response(null, { headers })).headers
    for (const name of [...headers.keys()]) headers.delete(name)
    for (const [name, value] of whole) headers.append(name, value)
  }
}

/** Null for values that h3 makes a whole body of at once. */
function responseOf(result: unknown, status: number | undefined): Response | null {
  if (result instanceof Response) return result
  if (result instanceof ReadableStream) return new Response(result, { status: status ?? 200 })
  if (typeof result !== 'object' || result === null || !(isOwnResponse in result)) return null
  const { body, headers, statusText, status: own } = result as object as Partial<Response>
  return new Response(body ?? null, {
    headers: headers ?? {},
    statusText: statusText ?? '',
    status: own ?? status ?? 200,
  })
}
