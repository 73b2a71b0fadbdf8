import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { generate } from 'selfsigned'

/** One request that reached the server, before any adapter saw it. */
export interface Seen {
  readonly request: string
  /** Sec-Fetch-Site. */
  readonly site: string | undefined
  /** The names of the cookies that came along. */
  readonly cookies: readonly string[]
}

export interface Site {
  readonly url: string
  /** Requests since the last `seen.splice(0)`, but for the icon. */
  readonly seen: Seen[]
  readonly server: Server
  close(): Promise<void>
}

/** On loopback and under a name that no other site has: for browsers it is a site of its own, with empty storage. */
export async function startSite(scheme: 'http' | 'https', listener: RequestListener): Promise<Site> {
  const seen: Seen[] = []
  const app: RequestListener = (req, res) => {
    if (req.url === '/favicon.ico') return void res.writeHead(204).end()
    seen.push(seenOf(req))
    return listener(req, res)
  }
  const server = scheme === 'https' ? createSecureServer(await certificate(), app) : createServer(app)
  // Also those that were upgraded, which the server no longer knows.
  const connections = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${scheme}://${newHost()}:${port}`,
    seen,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of connections) socket.destroy()
      }),
  }
}

/** Every name below localhost is this machine, and a site of its own. */
export function newHost(): string {
  return `s${randomBytes(4).toString('hex')}.localhost`
}

function seenOf({ method, url, headers }: IncomingMessage): Seen {
  const cookies = headers.cookie?.split('; ').map((pair) => pair.split('=', 1)[0] ?? '') ?? []
  return { request: `${method} ${url}`, site: headers['sec-fetch-site']?.toString(), cookies: cookies.sort() }
}

let shared: Promise<{ key: string; cert: string }> | undefined

/** One self-signed certificate per process; the browsers are told to take any. */
export function certificate(): Promise<{ key: string; cert: string }> {
  shared ??= generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: '*.localhost' }] }],
  }).then((made) => ({ key: made.private, cert: made.cert }))
  return shared
}

/** A site that does nothing but send browsers to `?to=`: by a link, a form or a redirect. */
export function startForeignSite(scheme: 'http' | 'https'): Promise<Site> {
  return startSite(scheme, (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://foreign.invalid')
    const to = searchParams.get('to') ?? ''
    if (pathname === '/redirect') return void res.writeHead(302, { location: to }).end()
    const pages: Readonly<Record<string, string>> = {
      '/link': `<a id="go" href="${to}">go</a>`,
      '/form': `<form method="post" action="${to}"><button id="go">go</button></form>`,
    }
    res.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>foreign</h1>${pages[pathname] ?? ''}`)
  })
}
