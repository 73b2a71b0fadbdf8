import type { Exchange } from '../exchange.ts'

/** An exchange of which is known where the browser wanted to go, so that it can be sent there again. */
export interface Navigation extends Exchange {
  /** Path and query of the request, as the browser sent them. */
  readonly target: string
}

/**
 * Whether a browser loads this for its address bar by a method that changes nothing: not for a frame, a script or
 * an image, and not a form's POST. False for what is no browser, and for browsers of before 2023 that do not say
 * (Fetch Metadata: Chrome 76, Firefox 90, Safari 16.4).
 */
export function isTopLevelGet(exchange: Exchange): boolean {
  if (exchange.method !== 'GET' || exchange.header('sec-fetch-mode') !== 'navigate') return false
  return exchange.header('sec-fetch-dest') === 'document' || isThroughWorker(exchange)
}

/**
 * Whether a service worker of ours passes a navigation on, of which no more is known then: Sec-Fetch-Site may be the
 * worker's own. No script can send a request of that mode by itself.
 */
export function isThroughWorker(exchange: Exchange): boolean {
  return exchange.header('sec-fetch-mode') === 'navigate' && exchange.header('sec-fetch-dest') === 'empty'
}

/**
 * Comes from this very page: it was loaded again, and a browser that still calls that cross-site would do so for
 * ever. (Chromium does not; a link of this page that another site redirects back to it is not entered again either.)
 */
export function isOfSamePage(navigation: Navigation): boolean {
  const referer = navigation.header('referer')
  if (!referer || !URL.canParse(referer)) return false
  const { host, pathname } = new URL(referer)
  return host === navigation.header('host') && pathname === new URL(navigation.target, referer).pathname
}
