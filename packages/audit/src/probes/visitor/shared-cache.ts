import { randomBytes } from 'node:crypto'
import { cacheHeadersOf } from '../../evidence/cacheability.ts'
import type { GivingAnswer, SharedCacheEvidence } from '../../evidence/shared-cache.ts'
import { given, valueNamed } from './clients.ts'
import { implementationOf } from './implementation.ts'
import type { Visitor } from './visitor.ts'

/**
 * What answers that give a visitor a session tell caches. A session of a known framework that is the same for several
 * clients is one that a cache hands out, where the page past caches gives another: that costs one request.
 */
export async function visitorSharedCache(visitor: Visitor): Promise<SharedCacheEvidence> {
  const { clients, tried, pair } = visitor
  const { http } = clients
  const names = tried.filter(({ cookie }) => cookie.provedBy !== null).map(({ cookie }) => cookie.name)
  const asked = http.answers.filter(({ method }) => method === 'GET')
  const giving: GivingAnswer[] = []
  for (const name of names) {
    const gave = asked.filter(({ cookies }) => cookies.some((one) => !one.deletion && one.name === name))
    const first = new Map(gave.toReversed().map((answer) => [answer.url.href, answer]))
    for (const answer of [...first.values()].toReversed()) giving.push(told(visitor, answer, name, null))
  }
  for (const { cookie } of tried.filter(({ cookie: { provedBy } }) => provedBy === null)) {
    const values = [pair.first, pair.second].map((seen) => valueNamed(given(seen), cookie.name))
    const [one, other] = values
    if (one == null || one !== other || implementationOf(cookie.name, [one]) === null || clients.left < 1)
      continue
    const past = new URL(clients.page.href)
    past.searchParams.set('latchkey', randomBytes(4).toString('hex'))
    const fresh = await clients.ask([], past, 'anonymous')
    const value = valueNamed(given(fresh), cookie.name)
    if (value === null || value === one || implementationOf(cookie.name, [value]) === null) continue
    const exchanges = [pair.first, pair.second, fresh].map(({ answer }) => answer.exchange)
    const handed = { isSame: true, isNewPastCaches: true, replay: null, exchanges }
    giving.push(told(visitor, pair.first.answer, cookie.name, handed))
  }
  return { giving, looked: asked.length, fileAsked: false, loginKeepsIds: null }
}

function told(
  { clients: { http } }: Visitor,
  { url, exchange, headers, sentNames }: Visitor['pair']['first']['answer'],
  cookie: string,
  handed: GivingAnswer['handed'],
): GivingAnswer {
  return {
    ...cacheHeadersOf(headers),
    ...{ url: http.secrets.redactUrl(url.href), exchange, cookie, gives: 'visitor', isFile: false, handed },
    brought: sentNames.includes(cookie),
  }
}
