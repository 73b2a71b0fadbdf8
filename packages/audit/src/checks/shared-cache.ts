import { isFromCache, sharingOf, variesByCookie } from '../evidence/cacheability.ts'
import type { SharedCacheEvidence } from '../evidence/evidence.ts'
import { onlyInHeader } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import { fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Giving = SharedCacheEvidence['giving'][number]

export const sharedCache: Check<'sharedCache'> = {
  id: 'shared-cache',
  title: 'No answer that gives the session cookie is kept for others',
  risk: "Visitors who come through the same proxy or delivery network are given one session, and see each other's account once one of them signs in.",
  severity: 'high',
  refs: ['WSTG-ATHN-06', 'WSTG-SESS-04', 'ASVS-14.3.2', 'CWE-524', 'CWE-488'],
  needs: ['sharedCache'],
  fixes: {
    'express-session':
      'Serve static files before `app.use(session(…))`, and set `Cache-Control: private` or `no-store` where pages get a session.',
    'cookie-session':
      'Serve static files before the session middleware, and send `Cache-Control: private` with pages.',
    'fastify-session':
      'Register `@fastify/static` in a context of its own, and send `Cache-Control: private` with pages.',
    'koa-session': 'Put koa-static before the session, and send `Cache-Control: private` with pages.',
    php: 'Keep `session.cache_limiter = nocache` (the default): `public` lets caches keep pages that start a session.',
    django: 'Put `@never_cache` or `@cache_control(private=True)` on views that use the session.',
    rails: 'Do not call `expires_in …, public: true` in actions that write to the session.',
    laravel: 'Keep routes with `cache.headers:public` out of the `web` middleware group.',
  },

  judge({ sharedCache: { giving, looked, fileAsked, loginKeepsIds } }, context) {
    if (onlyInHeader(context)) return skipped('the session travels in a header, and no answer sets it')
    const basis = {
      exchanges: giving.flatMap(({ exchange, handed }) => [exchange, ...(handed?.exchanges ?? [])]),
    }
    const findings = giving.flatMap((each) => findingOf(each, loginKeepsIds) ?? [])
    if (findings.length > 0) return fail(findings, basis)
    if (looked === 0) return inconclusive('no answer was there to be looked at', basis)
    const constant = giving.find(({ handed }) => handed?.isSame && !handed.isNewPastCaches)
    const file = fileAsked ? ', a file of a page among them' : ''
    const all = `${looked} answers to GET${file}`
    if (giving.length === 0)
      return pass(`None of ${all}, gives the session cookie`.replace(/,(?= gives)/, ''), basis)
    const note = constant ? `. ${constant.cookie} is the same for all visitors, from a cache or not` : ''
    const silent = giving
      .filter((each) => sharingOf(each) === 'unsaid')
      .map(({ url }) => new URL(url).pathname)
    const left = silent.length > 0 ? `; ${listed([...new Set(silent)])} leaves that to caches` : ''
    return pass(
      `Of ${all}, those that give the session cookie (${giving.length} seen) do not say that shared caches may keep them${left}${note}`,
      basis,
    )
  },
}

const fix =
  'Send `Cache-Control: no-store`, or at least `private`, with every answer that sets the session cookie, and set it on none that everybody may share, such as files.'

function findingOf(each: Giving, loginKeepsIds: boolean | null): Finding | null {
  const { handed, cookie, url, gives, brought, exchange } = each
  const about = {
    where: url,
    kind: `${cookie} handed out`,
    fix,
    exchanges: [exchange, ...(handed?.exchanges ?? [])],
  }
  if (handed?.isSame && handed.replay?.state === 'signed-in') {
    const seen = `A client without any cookie was given ${cookie} of the signed-in user there, and it signs in: a cache hands it out.`
    return { ...about, seen, severity: 'critical' }
  }
  if (handed?.isSame && handed.isNewPastCaches) {
    const seen = `Clients without cookies were given the same ${cookie} there, and another one past caches: a cache hands one session out to several.`
    if (loginKeepsIds === true) {
      return {
        ...about,
        seen: `${seen} The login keeps it, so that they are signed in together.`,
        severity: 'critical',
      }
    }
    return { ...about, seen, severity: 'high' }
  }
  if (sharingOf(each) !== 'allowed' || (brought && variesByCookie(each))) return null
  const says = saysOf(each)
  const allowed = { ...about, kind: `${cookie} may be kept` }
  if (gives === 'user') {
    const seen = `An answer that gives the signed-in user's ${cookie} is sent with ${says}: a cache that others share may keep it and hand the session out.`
    return { ...allowed, seen, severity: 'high' }
  }
  const seen = `An answer that gives a visitor ${cookie} is sent with ${says}: a cache that several share may keep it, and then they get one session.`
  return { ...allowed, seen, severity: 'medium' }
}

function saysOf(each: Giving): string {
  const { cacheControl, cdnCacheControl, expires } = each
  const said = [
    ...(cacheControl === null ? [] : [`Cache-Control: ${cacheControl}`]),
    ...(cdnCacheControl === null ? [] : [`CDN-Cache-Control: ${cdnCacheControl}`]),
  ]
  const all = said.length > 0 ? said.join(' and ') : `Expires: ${expires}`
  return isFromCache(each) ? `${all} (and came from a cache)` : all
}
