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
  return (
    exchange.method === 'GET' &&
    exchange.header('sec-fetch-mode') === 'navigate' &&
    exchange.header('sec-fetch-dest') === 'document'
  )
}
