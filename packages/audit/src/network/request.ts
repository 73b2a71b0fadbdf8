import type { Phase } from '../evidence/evidence.ts'
import { version } from '../evidence/version.ts'
import type { RequestBody } from './body.ts'
import type { Jar } from './cookies/jar.ts'
import type { Foreign } from './cross-site/foreign.ts'
import { hostOf, isLoopback } from './host.ts'
import type { Tap } from './wire/read-stream.ts'

export interface HttpRequest {
  readonly url: URL
  readonly phase: Phase
  readonly jar: Jar
  readonly method?: string
  readonly body?: RequestBody
  /** The page it comes from; sent as Referer, and as Origin when the method changes something. */
  readonly from?: URL
  /** A script's request (JSON) rather than a navigation. */
  readonly script?: boolean
  /** The page goes on by itself: nobody pressed anything. */
  readonly unasked?: boolean
  /** It comes of a form that was posted, by a redirect. */
  readonly posted?: boolean
  /** A page of another site makes the browser send it; then `from` and `script` say nothing. */
  readonly foreign?: Foreign
  readonly headers?: Readonly<Record<string, string>>
  /** The last byte of its body leaves only then. */
  readonly until?: Promise<void>
  /** Takes the bytes of its answer as they come, until then: they are not kept. */
  readonly tap?: Tap
}

export const AGENT = `Mozilla/5.0 (compatible; latchkey-audit/${version}; session security audit)`
const ACCEPT =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7'
const ACCEPT_IMAGE = 'image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'
/** A script chooses it; this is what the usual library for requests adds. */
const ACCEPT_SCRIPT = 'application/json, text/plain, */*'

/**
 * The headers of Chromium 156 for this, by lower-case name, so that a site shows what it shows its users. Only the
 * User-Agent says who asks; so there are no client hints (sec-ch-ua), which would name a browser beside it. Firefox
 * and Safari send none either.
 */
export function headersFor(request: HttpRequest, method: string): Record<string, string> {
  const { url, script, foreign } = request
  const about = foreign ? fromElsewhere(foreign, url, method) : fromOwnPage(request, method)
  const navigates = about['sec-fetch-mode'] === 'navigate'
  // Fetch Metadata and the newer codings are for trustworthy addresses only.
  const trusted = url.protocol === 'https:' || isLoopback(hostOf(url))
  const headers: Record<string, string> = {
    host: url.host,
    connection: 'keep-alive',
    'user-agent': AGENT,
    accept: script ? ACCEPT_SCRIPT : ACCEPT,
    'accept-language': 'en-US,en;q=0.9',
    'accept-encoding': trusted ? 'gzip, deflate, br, zstd' : 'gzip, deflate',
    ...(navigates ? { 'upgrade-insecure-requests': '1' } : {}),
    ...(navigates && (request.posted || !isSafe(method)) ? { 'cache-control': 'max-age=0' } : {}),
  }
  for (const [name, value] of Object.entries(about)) {
    if (trusted || !name.startsWith('sec-fetch-')) headers[name] = value
  }
  return { ...headers, ...request.headers }
}

function fromOwnPage({ url, from, script, unasked }: HttpRequest, method: string): Record<string, string> {
  return {
    ...(from ? { referer: from.href } : {}),
    ...(isSafe(method) ? {} : { origin: (from ?? url).origin }),
    'sec-fetch-site': from || script ? 'same-origin' : 'none',
    'sec-fetch-mode': script ? 'cors' : 'navigate',
    'sec-fetch-dest': script ? 'empty' : 'document',
    ...(script || unasked ? {} : { 'sec-fetch-user': '?1' }),
  }
}

/**
 * What the page cannot choose: the browser names the page's origin, or `null` for a page that hides it (Fetch,
 * "append a request Origin header"; strict-origin-when-cross-origin cuts the Referer down to the origin).
 */
function fromElsewhere(
  { page, destination, hidden }: Foreign,
  url: URL,
  method: string,
): Record<string, string> {
  const same = page.origin === url.origin
  return {
    ...(hidden ? {} : { referer: same ? page.href : `${page.origin}/` }),
    ...(isSafe(method) ? {} : { origin: hidden ? 'null' : page.origin }),
    ...(destination === 'image' ? { accept: ACCEPT_IMAGE } : {}),
    'sec-fetch-site': same ? 'same-origin' : 'cross-site',
    'sec-fetch-mode': destination === 'image' ? 'no-cors' : 'navigate',
    'sec-fetch-dest': destination,
  }
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}
