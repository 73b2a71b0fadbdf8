import type { CachingEvidence } from '../evidence/evidence.ts'
import type { Check, Finding, Verdict } from '../judging/check.ts'
import { fail, inconclusive, pass } from '../judging/verdicts.ts'

type Page = CachingEvidence['pages'][number]

export const caching: Check<'caching'> = {
  id: 'caching',
  title: 'Pages made for one user are stored by no cache',
  risk: 'Whoever uses the same computer or proxy next can see what this user saw, also after the logout.',
  severity: 'low',
  refs: ['WSTG-ATHN-06', 'WSTG-SESS-04', 'ASVS-14.3.2', 'CWE-525', 'CWE-524'],
  needs: ['caching'],
  fixes: {
    'express-session':
      "Add `res.set('Cache-Control', 'no-store')` in the middleware that requires a sign-in.",
    'cookie-session': "Add `res.set('Cache-Control', 'no-store')` in the middleware that requires a sign-in.",
    'fastify-session': "Add `reply.header('Cache-Control', 'no-store')` in the hook that requires a sign-in.",
    'koa-session': "Add `ctx.set('Cache-Control', 'no-store')` in the middleware that requires a sign-in.",
    'iron-session': "Add `response.setHeader('Cache-Control', 'no-store')` where a sign-in is required.",
    'hono-sessions': "Add `c.header('Cache-Control', 'no-store')` in the middleware that requires a sign-in.",
    php: 'Keep `session.cache_limiter = nocache` (the default sends no-store), or send the header yourself.',
    django: 'Put `@never_cache` on views behind a sign-in.',
    flask: "Set `response.headers['Cache-Control'] = 'no-store'` in an `after_request` for signed-in users.",
    rails:
      "Call `no_store` (from Rails 7 on; before, set `response.headers['Cache-Control'] = 'no-store'`) in the controllers behind a sign-in.",
    laravel: 'Use the `cache.headers:no_store` middleware on routes behind a sign-in.',
  },

  judge({ caching: { pages } }) {
    const giving = pages.filter((page) => page.givesSession)
    if (giving.length > 0) return judgeGiving(giving)
    const own = pages.filter((page) => page.userSpecific)
    const basis = { exchanges: own.map((page) => page.exchange) }
    const findings = own.filter(firstOfItsUrl).flatMap(findingOf)
    if (findings.length > 0) return fail(findings, basis)
    if (own.length === 0) return inconclusive('no page was proved to be made for the user', basis)
    return pass(`${own.length} page(s) made for the user: Cache-Control says no-store`, basis)
  },
}

function findingOf(page: Page): Finding[] {
  const fix = 'Send `Cache-Control: no-store` with every page that only a signed-in user sees.'
  const about = { where: page.url, fix, exchanges: [page.exchange] }
  if (page.servedToAnonymous) {
    const seen = "A client without any cookie was given the signed-in user's page from a cache."
    return [{ ...about, kind: 'served', seen, severity: 'critical' }]
  }
  const directives = directivesOf(page.cacheControl)
  if (directives.includes('no-store')) return []
  const says = page.cacheControl === null ? 'no Cache-Control' : `Cache-Control: ${page.cacheControl}`
  if (directives.some((directive) => directive === 'public' || /^s-maxage=[1-9]/.test(directive))) {
    const seen = `A page made for the user is sent with ${says}: caches shared with other users may keep it.`
    return [{ ...about, seen, severity: 'medium' }]
  }
  const seen = `A page made for the user is sent with ${says}: the browser may keep it on disk and show it after the logout.`
  return [{ ...about, seen, severity: 'low' }]
}

/** Answers that give a visitor a session: a shared cache that keeps one gives the next visitor the same. */
function judgeGiving(pages: readonly Page[]): Verdict {
  const basis = { exchanges: pages.map((page) => page.exchange) }
  const findings = pages.filter(mayBeShared).map((page) => ({
    where: page.url,
    seen: `An answer that gives a visitor a session is sent with Cache-Control: ${page.cacheControl}: a cache that several share may keep it, and then they get one session.`,
    fix: 'Send `Cache-Control: no-store`, or at least `private`, with every answer that sets the session cookie.',
    exchanges: [page.exchange],
    severity: 'medium' as const,
  }))
  if (findings.length > 0) return fail(findings, basis)
  const silent = pages.find((page) => !directivesOf(page.cacheControl).some((one) => FORBIDS.test(one)))
  if (silent !== undefined) {
    return inconclusive(
      `${silent.url} gives a visitor a session and leaves it to each cache whether it may be kept; what a user sees needs a sign-in`,
      basis,
    )
  }
  return pass(`${pages.length} answer(s) that give a visitor a session: no shared cache may keep them`, basis)
}

const FORBIDS = /^(?:no-store|no-cache|private|max-age=0)$/

/** RFC 9111, 3: a lifetime makes an answer storable unless `private` or `no-store` forbids it. */
function mayBeShared(page: Page): boolean {
  const directives = directivesOf(page.cacheControl)
  if (directives.some((one) => FORBIDS.test(one))) return false
  return directives.some((one) => one === 'public' || /^(?:s-maxage|max-age)=[1-9]/.test(one))
}

function directivesOf(cacheControl: string | null): readonly string[] {
  return (cacheControl ?? '').split(',').map((directive) => directive.trim().toLowerCase())
}

function firstOfItsUrl(page: Page, at: number, pages: readonly Page[]): boolean {
  const worst = pages.find((other) => other.url === page.url && other.servedToAnonymous)
  return worst === undefined ? pages.findIndex((other) => other.url === page.url) === at : worst === page
}
