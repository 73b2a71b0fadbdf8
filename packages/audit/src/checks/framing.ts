import type { FramingEvidence, ObservedCookie } from '../evidence/evidence.ts'
import { exchangesOf, headersOf, madeCarrier } from '../judging/carrier-cookies.ts'
import type { Check } from '../judging/check.ts'
import { fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

export const framing: Check<'carrier' | 'cookies' | 'framing'> = {
  id: 'framing',
  title: 'Other sites cannot put the signed-in pages into a frame',
  risk: "Another site shows the user's own page, invisibly, above something that invites a click, and has the user press what they never meant to.",
  severity: 'medium',
  refs: ['WSTG-CLNT-09', 'WSTG-SESS-05', 'ASVS-3.4.6', 'ASVS-3.5.8', 'CWE-1021'],
  needs: ['carrier', 'cookies', 'framing'],
  fixes: {
    'express-session': "Use helmet: `app.use(helmet())` sends `frame-ancestors 'self'` and X-Frame-Options.",
    'cookie-session': "Use helmet: `app.use(helmet())` sends `frame-ancestors 'self'` and X-Frame-Options.",
    'fastify-session': "Use @fastify/helmet: it sends `frame-ancestors 'self'` and X-Frame-Options.",
    'koa-session': "Use koa-helmet: it sends `frame-ancestors 'self'` and X-Frame-Options.",
    django: 'Keep XFrameOptionsMiddleware (the default), and no view `@xframe_options_exempt`.',
    rails: 'Keep the default header `X-Frame-Options: SAMEORIGIN`.',
  },

  judge({ carrier, cookies, framing: { pages } }, { carriers }) {
    const basis = { exchanges: pages.map(({ exchange }) => exchange) }
    if (carriers === null) return inconclusive('what carries the session is not certain', basis)
    const headers = headersOf(carrier)
    if (carriers.every((name) => headers.includes(name))) {
      return skipped(`the session travels in the ${listed(headers)} header, which no frame sends`, basis)
    }
    const made = new Map(carriers.map((name) => [name, madeCarrier(name, cookies)]))
    const sent = carrier.sets.filter((set) => set.every((name) => isSentInFrames(made.get(name) ?? [])))
    const unseen = carriers.filter((name) => !headers.includes(name) && made.get(name)?.length === 0)
    if (sent.length === 0) {
      if (unseen.length > 0) {
        return skipped(`${listed(unseen)} was never seen being set, so its SameSite is not known`, basis)
      }
      return pass(
        'A frame on another site is not sent the session: its cookies are no SameSite=None, so what it shows is a visitor’s page',
        basis,
      )
    }
    if (pages.length === 0) return inconclusive('no HTML page of the user was seen', basis)
    const open = pages.filter((page) => !isGuarded(page))
    const names = listed([...new Set(sent.flat())])
    if (open.length === 0) {
      return pass(
        `${names} is sent in frames of other sites, and ${pages.length} page(s) of the user forbid those`,
        basis,
      )
    }
    const exchanges = sent.flat().flatMap((name) => exchangesOf(made.get(name) ?? []))
    return fail(
      open.map((page) => ({
        where: page.url,
        seen: `A page of the signed-in user may be put into a frame of any site, which is sent ${names} (SameSite=None): what a user believes to press there is pressed here.`,
        fix: "Send `Content-Security-Policy: frame-ancestors 'self'` (or the origins that may), or make the cookie SameSite=Lax or Strict.",
        exchanges: [page.exchange, ...exchanges],
      })),
      basis,
    )
  },
}

/**
 * Whether a browser adds it to what a page of another site frames. Without SameSite, Chromium takes it for Lax, and Firefox
 * and Safari keep such cookies apart for each site that embeds, as all browsers do with Partitioned ones.
 */
function isSentInFrames(made: readonly ObservedCookie[]): boolean {
  return made.some(
    ({ attributes, refusedByBrowsers }) =>
      refusedByBrowsers === null && attributes.sameSite === 'None' && !attributes.partitioned,
  )
}

/** CSP's frame-ancestors wins over X-Frame-Options where it is there (CSP 3, 6.4.2). */
function isGuarded({ csp, xFrameOptions }: FramingEvidence['pages'][number]): boolean {
  const ancestors = (csp ?? '')
    .split(',')
    .flatMap((policy) => policy.split(';').map((directive) => directive.trim().toLowerCase().split(/\s+/)))
    .filter(([name]) => name === 'frame-ancestors')
  if (ancestors.length > 0) return ancestors.some(([, ...sources]) => !sources.some(isAnySite))
  const options = (xFrameOptions ?? '').split(',').map((option) => option.trim().toLowerCase())
  return options.some((option) => option === 'deny' || option === 'sameorigin')
}

/** `*`, or a scheme without a host. */
function isAnySite(source: string): boolean {
  return /^(?:\*|https?:(?:\/\/\*)?)(?::\*)?$/.test(source)
}
