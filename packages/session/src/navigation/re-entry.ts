import { createHash } from 'node:crypto'
import { isTopLevelGet, type Navigation } from './navigation.ts'
import { isLocalPath } from './return-path.ts'

/**
 * Whether a request is a link of another site that a SameSite=Strict cookie did not come with, though the browser
 * may have it: the page is then asked for once more, by itself (decisions/0014).
 */
export function isForeignLink(navigation: Navigation): boolean {
  return (
    isTopLevelGet(navigation) &&
    navigation.header('sec-fetch-site') === 'cross-site' &&
    isLocalPath(navigation.target) &&
    !isOfSamePage(navigation)
  )
}

/** What such an answer depends on, beside the cookie: for caches that keep the other one. */
export const reEntryVary = 'Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest'

// With a fragment, the same address is no navigation (HTML, "navigate", fragments), neither by Refresh nor by
// location.replace: it is given a trailing `?` or `&` first, which nobody gets to see. Never reload(): that would
// repeat a POST.
const script =
  "let to=location.href;if(location.hash)history.replaceState(null,'',location.search?location.search+'&':'?');location.replace(to)"
const scriptHash = createHash('sha256').update(script).digest('base64')

/**
 * The page that loads itself again, from this origin now, so that the browser sends the cookie. It replaces its own
 * entry in the history: Back leads to the other site.
 */
export function reEntryPage({ target }: Navigation): { body: string; headers: Record<string, string> } {
  const refresh = `<noscript><meta http-equiv="refresh" content="0;url=${escapeHtml(target)}"></noscript>`
  return {
    body: `<!doctype html><title>…</title>${refresh}<script>${script}</script><a href="">Continue</a>\n`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; script-src 'sha256-${scriptHash}'; base-uri 'none'; frame-ancestors 'none'`,
      // The second request names this page as where it comes from, which ends a loop. No other origin is told.
      'referrer-policy': 'same-origin',
    },
  }
}

/**
 * Comes from this very page: it was loaded again, and a browser that still calls that cross-site would do so for
 * ever. (Chromium does not; a link of this page that another site redirects back to it is not entered again either.)
 */
function isOfSamePage(navigation: Navigation): boolean {
  const referer = navigation.header('referer')
  if (!referer || !URL.canParse(referer)) return false
  const { host, pathname } = new URL(referer)
  return host === navigation.header('host') && pathname === new URL(navigation.target, referer).pathname
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
