import type { CachingEvidence } from '../../evidence/evidence.ts'
import type { Visitor } from './visitor.ts'

/** What answers that give a visitor a session tell caches. */
export function visitorCaching({ clients: { http }, tried }: Visitor): CachingEvidence {
  const names = tried.filter(({ cookie }) => cookie.provedBy !== null).map(({ cookie }) => cookie.name)
  const giving = http.answers.filter(({ cookies }) =>
    cookies.some(({ name, deletion }) => !deletion && names.includes(name)),
  )
  const first = new Map(giving.toReversed().map((answer) => [answer.url.href, answer]))
  return {
    pages: [...first.values()].toReversed().map(({ url, exchange, headers }) => ({
      url: http.secrets.redactUrl(url.href),
      exchange,
      cacheControl: headers['cache-control'] ?? null,
      pragma: headers.pragma ?? null,
      expires: headers.expires ?? null,
      age: headers.age ?? null,
      vary: headers.vary ?? null,
      userSpecific: true,
      servedToAnonymous: false,
      givesSession: true,
    })),
  }
}
