import type { ReferringPage } from '../../evidence/documents.ts'
import type { Answer } from '../../network/http.ts'

/** Elements that make a browser ask another origin, by itself or when pressed. */
const ELEMENT = /<(?:a|area|img|script|link|iframe|source|video|audio|embed|form)\b[^>]*>/gi
const ADDRESS = /\s(?:href|src|action)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i
const POLICY = /\sreferrerpolicy\s*=\s*["']?([a-z-]+)/i
const META = /<meta\b[^>]*\bname\s*=\s*["']?referrer["']?[^>]*>/gi
const CONTENT = /\scontent\s*=\s*["']?([a-z-]+)/i
const NO_REFERRER = /\srel\s*=\s*(?:"[^"]*\bnoreferrer\b|'[^']*\bnoreferrer\b|noreferrer\b)/i
/** Whatever else a page names is as if it had named nothing (Referrer Policy, 8.1). */
const POLICIES =
  /^(?:no-referrer|no-referrer-when-downgrade|same-origin|origin|strict-origin|origin-when-cross-origin|strict-origin-when-cross-origin|unsafe-url)$/
const MOST_TARGETS = 8

/** The other origins that a page has links to or parts from, each with the policy that sends it most. */
export function targetsOf({ url, headers, body }: Answer): ReferringPage['targets'] {
  const metas = [...body.matchAll(META)].map(([tag]) => CONTENT.exec(tag)?.[1] ?? '')
  const ofPage = lastKnown([...(headers['referrer-policy'] ?? '').split(','), ...metas])
  const targets = new Map<string, string | null>()
  for (const [tag] of body.matchAll(ELEMENT)) {
    const [, double, single, bare] = ADDRESS.exec(tag) ?? []
    const href = (double ?? single ?? bare)?.replaceAll('&amp;', '&')
    if (href === undefined || !URL.canParse(href, url)) continue
    const to = new URL(href, url)
    if (!to.protocol.startsWith('http') || to.origin === url.origin) continue
    const own = lastKnown([POLICY.exec(tag)?.[1] ?? ''])
    const policy = NO_REFERRER.test(tag) ? 'no-referrer' : (own ?? ofPage)
    const isDowngrade = url.protocol === 'https:' && to.protocol === 'http:'
    const holds = policy === 'no-referrer-when-downgrade' && isDowngrade ? 'no-referrer' : policy
    if (!targets.has(to.origin) || sendsAll(holds)) targets.set(to.origin, holds)
  }
  const all = [...targets].map(([origin, policy]) => ({ origin, policy }))
  return all
    .toSorted((a, b) => Number(sendsAll(b.policy)) - Number(sendsAll(a.policy)))
    .slice(0, MOST_TARGETS)
}

/** The whole address goes along to other origins; browsers send those the origin alone where nothing is said. */
function sendsAll(policy: string | null): boolean {
  return policy === 'unsafe-url' || policy === 'no-referrer-when-downgrade'
}

function lastKnown(words: readonly string[]): string | null {
  return words.map((word) => word.trim().toLowerCase()).findLast((word) => POLICIES.test(word)) ?? null
}
