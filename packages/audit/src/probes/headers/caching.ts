import { randomBytes } from 'node:crypto'
import type { CachingEvidence } from '../../evidence/evidence.ts'
import { featuresOf, looksOf } from '../../login/oracle/features.ts'
import { NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { liveJar, type ProbeContext } from '../context.ts'
import { askKnown, isAsVisitorsKnow, isSamePage } from '../known-page.ts'

type Cached = CachingEvidence['pages'][number]

/** What the pages made for this user tell caches, and whether a cache gave one to a visitor. */
export async function probeCaching(context: ProbeContext): Promise<CachingEvidence> {
  const landing = landingOf(context)
  const { url, asking } = context.oracle
  // No cache keeps the answer to another method (RFC 9111, 3).
  const urls = new Map((asking.method ?? 'GET') === 'GET' ? [[url.href, url]] : [])
  if (landing && landing.method === 'GET' && context.http.allows(landing.url))
    urls.set(landing.url.href, landing.url)
  const pages: Cached[] = []
  for (const each of urls.values()) {
    const page = await look(context, each)
    if (page) pages.push(page)
  }
  return { pages }
}

/** The page that the login ended on, as it was answered: a browser's scripts may have made another of it. */
function landingOf({ landed }: ProbeContext): Answer | undefined {
  return landed?.answers.find(({ exchange }) => exchange === landed.final.exchange)
}

async function look(context: ProbeContext, url: URL): Promise<Cached | null> {
  const { http, oracle, options, signIn } = context
  const looks = looksOf(options, signIn)
  const isOracle = url.href === oracle.url.href && (oracle.asking.method ?? 'GET') === 'GET'
  const landing = landingOf(context)
  const isMine = (answer: Answer) =>
    isOracle
      ? oracle.judge(answer) === 'signed-in'
      : landing === undefined || isSamePage(context, landing, answer)
  const isTheirs = (answer: Answer) =>
    isOracle ? oracle.judge(answer) !== 'unclear' : isAsVisitorsKnow(context, answer)
  const isShown = (answer: Answer) =>
    isOracle ? oracle.judge(answer) === 'signed-in' : featuresOf(answer, looks).marks.has('canary')
  const judges = { isMine, isTheirs, isShown }
  const { mine, theirs } = seenBefore(context, url, judges) ?? (await ask(context, url, judges))
  if (!isOracle && (mine.status < 200 || mine.status >= 300)) return null
  const [hers, his] = [featuresOf(mine, looks).marks, featuresOf(theirs, looks).marks]
  const namesUser = hers.has('canary') || hers.has('sign-out')
  const same = his.has('canary') && hers.has('canary')
  const leaked = isOracle ? oracle.judge(theirs) === 'signed-in' : same && (await isCached(context, url))
  return {
    url: http.secrets.redactUrl(url.href),
    exchange: mine.exchange,
    cacheControl: mine.headers['cache-control'] ?? null,
    pragma: mine.headers.pragma ?? null,
    expires: mine.headers.expires ?? null,
    age: mine.headers.age ?? null,
    vary: mine.headers.vary ?? null,
    userSpecific: isOracle || leaked || (namesUser && !same),
    servedToAnonymous: leaked,
  }
}

/** A page as its user has it, and as a visitor had it after that. */
interface Pair {
  readonly mine: Answer
  readonly theirs: Answer
}

type Judges = Readonly<Record<'isMine' | 'isTheirs' | 'isShown', (answer: Answer) => boolean>>

/**
 * A visitor's look at the page that was sent after a user's was answered, and that user's: the two that came closest
 * together. Where a visitor was ever shown what is the user's that is no answer yet: it is asked for now, so that all of
 * its proof is of one moment.
 */
function seenBefore({ http }: ProbeContext, url: URL, { isMine, isTheirs, isShown }: Judges): Pair | null {
  const all = http.answers.filter((answer) => answer.method === 'GET' && answer.url.href === url.href)
  const users = all.filter(
    (answer) => /^(?:login|signed-in)$/.test(answer.phase) && answer.sentNames.length > 0 && isMine(answer),
  )
  const visitors = all.filter(
    ({ phase, sentNames }) => /^(?:anonymous|replay)$/.test(phase) && sentNames.length === 0,
  )
  const pairs = visitors.flatMap((theirs) => {
    const mine = users.findLast(({ exchange }) => exchange <= theirs.after)
    return mine === undefined ? [] : [{ mine, theirs }]
  })
  if (pairs.some(({ theirs }) => isShown(theirs))) return null
  const gap = ({ mine, theirs }: Pair) => theirs.exchange - mine.exchange
  return pairs.filter(({ theirs }) => isTheirs(theirs)).sort((a, b) => gap(a) - gap(b))[0] ?? null
}

async function ask(context: ProbeContext, url: URL, { isMine, isTheirs }: Judges): Promise<Pair> {
  const jar = await liveJar(context)
  const mine = await askKnown(context, url, jar, { phase: 'signed-in', isIt: isMine })
  const theirs = await askKnown(context, url, NO_CREDENTIALS, { phase: 'anonymous', isIt: isTheirs })
  return { mine, theirs }
}

/** A visitor is shown the user's name: a page that says so to all, or one that a cache kept? */
async function isCached({ http, options, signIn }: ProbeContext, url: URL): Promise<boolean> {
  const unseen = new URL(url.href)
  unseen.searchParams.set('latchkey', randomBytes(4).toString('hex'))
  const answer = await http.send({ url: unseen, phase: 'anonymous', jar: NO_CREDENTIALS })
  return !featuresOf(answer, looksOf(options, signIn)).marks.has('canary')
}
