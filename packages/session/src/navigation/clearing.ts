import type { Exchange } from '../exchange.ts'
import { isTopLevelGet } from './navigation.ts'

// WebKit ignores Clear-Site-Data on redirects, and a logout is mostly answered by one. So it gets a cookie there that
// has the next page say it again (decisions/0023). The others heed the redirect, and are not asked twice: clearing the
// cache takes Chromium a second and more.

/**
 * By its own words: Chromium names itself beside WebKit, and on iOS every browser is one. Who says otherwise than it
 * is has its data cleared twice, or not at all.
 */
export function isWebKit(exchange: Exchange): boolean {
  const agent = exchange.header('user-agent') ?? ''
  return agent.includes('AppleWebKit/') && !/Chrom(e|ium)\//.test(agent)
}

/** Gives the headers of an answer that leaves nothing of a session in the browser. */
export interface Clearing {
  /** At the logout itself. */
  clear(exchange: Exchange): void
  /** Where the session was over before: the browser may have a newer cookie by now, which stays. */
  clearData(exchange: Exchange): void
  /** At a visitor's page, where a redirect may not have been heeded. */
  clearAgain(exchange: Exchange): void
}

// Enough for the way to the page, and over before somebody stores anything else.
const seconds = 60

/**
 * @param parts of Clear-Site-Data
 * @param removal the line that removes the session cookie: the marker is set in the same place
 */
export function createClearing(parts: readonly string[], name: string, removal: string): Clearing {
  const marker = `${name}-left`
  const place = removal.slice(removal.indexOf('; Path='))
  const headerOf = (each: readonly string[]) => each.map((part) => `"${part}"`).join(', ')
  const all = headerOf(parts)
  // A page may set cookies; those of the logout are gone by then.
  const again = headerOf(parts.filter((part) => part !== 'cookies'))
  return {
    clear(exchange) {
      if (!all) return
      exchange.setHeader('clear-site-data', all)
      if (again && isWebKit(exchange)) {
        exchange.setCookie(marker, `${marker}=1; Max-Age=${seconds}${place}`)
      }
    },
    clearData(exchange) {
      if (again) exchange.setHeader('clear-site-data', again)
    },
    clearAgain(exchange) {
      if (!again || !exchange.header('cookie')?.includes(`${marker}=1`) || !isTopLevelGet(exchange)) return
      exchange.setHeader('cache-control', 'no-store')
      exchange.setHeader('clear-site-data', again)
      exchange.setCookie(marker, `${marker}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT${place}`)
    },
  }
}
