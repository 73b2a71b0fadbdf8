import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** One request as a route sees it. */
export interface Visit {
  readonly at: string
  readonly query: URLSearchParams
  readonly cookies: ReadonlyMap<string, string>
  readonly form: URLSearchParams
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

export interface Reply {
  readonly status?: number
  readonly html?: string
  readonly json?: unknown
  readonly redirect?: string
  readonly cookies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  /** It is sent only then. */
  readonly until?: Promise<void>
}

/** Routes by `METHOD /path`; a function alone answers everything. */
export type Routes = Readonly<Record<string, (visit: Visit) => Reply>> | ((visit: Visit) => Reply)

export interface Site {
  readonly url: string
  /** `METHOD /path` of every request so far. */
  readonly seen: readonly string[]
}

/** A real server on loopback that stops with the test. */
export async function serve(t: TestContext, routes: Routes): Promise<Site> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    answer(request, response, routes, seen).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Routes,
  seen: string[],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://site')
  const at = `${request.method} ${url.pathname}`
  seen.push(at)
  let body = ''
  for await (const chunk of request) body += chunk
  const visit: Visit = {
    at,
    query: url.searchParams,
    cookies: readCookies(request.headers.cookie ?? ''),
    form: new URLSearchParams(body),
    body,
    headers: request.headers,
  }
  const route = typeof routes === 'function' ? routes : routes[at]
  const reply = route?.(visit) ?? { status: 404, html: 'Not found' }
  await reply.until
  for (const cookie of reply.cookies ?? []) response.appendHeader('Set-Cookie', cookie)
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)
  if (reply.redirect !== undefined) {
    response.writeHead(reply.status ?? 302, { location: reply.redirect }).end()
  } else if (reply.json !== undefined) {
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(reply.json))
  } else {
    response.writeHead(reply.status ?? 200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(reply.html ?? '')
  }
}

function readCookies(header: string): Map<string, string> {
  const pairs = header.split(/;\s*/).filter((pair) => pair.includes('='))
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
