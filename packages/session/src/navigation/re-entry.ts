import { createHash } from 'node:crypto'
import { wasLeftAlone } from './companion.ts'
import { isOfSamePage, isThroughWorker, isTopLevelGet, type Navigation } from './navigation.ts'
import { isLocalPath } from './return-path.ts'

/**
 * Whether a request began elsewhere, so that a SameSite=Strict cookie did not come with it though the browser may have
 * it: the page is then asked for once more, by itself (decisions/0014, 0023).
 */
export function isForeignLink(navigation: Navigation): boolean {
  return (
    isTopLevelGet(navigation) &&
    beganElsewhere(navigation) &&
    isLocalPath(navigation.target) &&
    !isOfSamePage(navigation)
  )
}

/** By what the browser says, or where it does not know, by the companion that came alone. */
function beganElsewhere(navigation: Navigation): boolean {
  const site = navigation.header('sec-fetch-site')
  return (
    site === 'cross-site' || (wasLeftAlone(navigation) && (site === 'none' || isThroughWorker(navigation)))
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

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
