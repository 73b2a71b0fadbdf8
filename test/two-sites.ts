import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'

/** One request that reached a server, before any adapter saw it. */
export interface Seen {
  readonly request: string
  /** Sec-Fetch-Site. */
  readonly site: string | undefined
  /** The session's, not its companion. */
  readonly hasCookie: boolean
}

export interface Site {
  readonly url: string
  /** Requests since the last `seen.splice(0)`, but for /favicon.ico. */
  readonly seen: Seen[]
  readonly server: Server
  close(): Promise<void>
}

/** A site of its own for browsers: `localhost` and `127.0.0.1` are cross-site to each other. */
export async function startSite(host: 'localhost' | '127.0.0.1', listener: RequestListener): Promise<Site> {
  const seen: Seen[] = []
  const server = createServer((req, res) => {
    if (req.url === '/favicon.ico') return void res.writeHead(204).end()
    const site = req.headers['sec-fetch-site']
    const hasCookie = /(^|; )__Host-session=/.test(req.headers.cookie ?? '')
    seen.push({ request: `${req.method} ${req.url}`, site: site?.toString(), hasCookie })
    return listener(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    seen,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A site that does nothing but send browsers to `?to=`: by a link, a form, a frame or a redirect. */
export function startForeignSite(): Promise<Site> {
  return startSite('127.0.0.1', (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://foreign.invalid')
    const to = searchParams.get('to') ?? ''
    const pages: Record<string, string> = {
      '/link': `<a id="go" href="${to}">go</a>`,
      '/form': `<form method="post" action="${to}"><button id="go" name="a" value="b">go</button></form>`,
      '/frame': `<iframe src="${to}"></iframe>`,
      // An identity provider that answers by a form (response_mode=form_post).
      '/form-post': `<form method="post" action="${to}">
        <input name="state" value="${searchParams.get('state')}"><input name="code" value="c0de"><button id="go">go</button></form>`,
    }
    if (pathname === '/redirect') return void res.writeHead(302, { location: to }).end()
    res.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>foreign</h1>${pages[pathname]}`)
  })
}

/** Follows what the foreign page offers, until the browser shows a page of the other site's application. */
export async function follow(
  context: BrowserContext,
  foreign: Site,
  kind: string,
  to: string,
): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${foreign.url}/${kind}?to=${encodeURIComponent(to)}`)
  await page.click('#go')
  await page.waitForSelector('#app')
  return page
}
