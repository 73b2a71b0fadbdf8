import type { Observation, Phase } from '../../evidence/evidence.ts'
import { BrowserJar, frozenJar, type Jar, NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import { visit } from '../../network/pages/navigate.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { AuditError } from '../../options/errors.ts'
import type { PageRequest } from './ask.ts'
import { candidatePages, morePages } from './candidates.ts'
import { discriminate } from './discriminate.ts'
import { explainFailure } from './failure.ts'
import { featuresOf } from './features.ts'
import { makeOracle, type Oracle } from './observe.ts'
import { addressOf, type Candidate, type Look, type OracleSearch } from './search.ts'

export type { Oracle }

type Asked = Pick<Candidate, 'url' | 'asking' | 'cached'>

const MOST_CONFIRMED = 3
/** A page of this strength ends the search for a better one. */
const GOOD_ENOUGH = 50

/**
 * Finds a page whose answer differs between the signed-in jar and visitors, each the same three times.
 * Throws `sign_in_failed` when the site still treats us as a visitor, `more_asked` when the page that was named leads
 * users elsewhere, `oracle_unstable` when it cannot be told.
 */
export async function findOracle(search: OracleSearch): Promise<Oracle> {
  const screened: Candidate[] = []
  const { asking = {}, asks = [], protectedUrl } = search
  const opened = (urls: readonly URL[]): PageRequest[] => urls.map((url) => ({ ...asking, url }))
  for (const requests of [
    () => opened(candidatePages(search)),
    () => (protectedUrl ? [] : asks),
    () => opened(morePages(search)),
  ]) {
    for (const { url, ...how } of requests()) {
      if (screened.some((candidate) => isSame(candidate, { url, ...how }))) continue
      const candidate = await screen(search, { url, asking: how, cached: false })
      if (search.protectedUrl && candidate.rule) mustShow(search, candidate)
      screened.push(candidate)
      if ((candidate.rule?.strength ?? 0) >= GOOD_ENOUGH) break
    }
    const oracle = await confirmBest(search, screened)
    if (oracle) return oracle
    if (search.protectedUrl) break
  }
  throw explainFailure(search, screened)
}

/** Throws `more_asked` where the page that the user named leads its users elsewhere, and visitors elsewhere again. */
function mustShow({ http, given }: OracleSearch, { url, signedIn: { answer } }: Candidate): void {
  if (answer.location === null) return
  const to = http.secrets.redactUrl(answer.location.href)
  const who = given ? 'the given session' : 'who signed in'
  throw new AuditError(
    'more_asked',
    `${url.pathname} (--protected-url) leads ${who} on to ${to}: either something more is asked there after the password, which must be done first, or it only leads on; then name the page it leads to`,
  )
}

function isSame(one: Candidate, { url, method, body }: PageRequest): boolean {
  const { asking } = one
  const isBody = asking.body?.written?.text === body?.written?.text
  return one.url.href === url.href && asking.method === method && isBody
}

async function screen(search: OracleSearch, page: Asked): Promise<Candidate> {
  const signedIn = justSeen(search, page) ?? (await look(search, page, search.jar, 'signed-in'))
  const anonymous = await look(search, page, NO_CREDENTIALS, 'anonymous')
  const rule = discriminate([signedIn.features], [anonymous.features])
  // A visitor is shown the user's name: a cache may have kept the user's page.
  const suspect = rule === null && !page.cached && anonymous.features.marks.has('canary')
  if (suspect) {
    const again = await screen(search, { ...page, cached: true })
    if (again.rule !== null) return again
  }
  return { ...page, signedIn, anonymous, rule }
}

/** The page that the login ended on need not be asked for again. */
function justSeen({ landed, looks }: OracleSearch, page: Asked): Look | null {
  const answer = landed?.final
  const isIt =
    answer?.method === 'GET' &&
    (page.asking.method ?? 'GET') === 'GET' &&
    answer.url.href === page.url.href &&
    !page.cached
  return isIt ? { answer, features: featuresOf(answer, looks) } : null
}

async function look({ http, looks }: OracleSearch, page: Asked, jar: Jar, phase: Phase): Promise<Look> {
  const answer = await http.send({ ...page.asking, url: addressOf(page), phase, jar })
  return { answer, features: featuresOf(answer, looks) }
}

async function confirmBest(search: OracleSearch, screened: readonly Candidate[]): Promise<Oracle | null> {
  const best = screened
    .filter(({ rule }) => rule !== null)
    .sort((a, b) => (b.rule?.strength ?? 0) - (a.rule?.strength ?? 0))
  for (const candidate of best.slice(0, MOST_CONFIRMED)) {
    const oracle = await confirm(search, candidate)
    if (oracle) return oracle
  }
  return null
}

/**
 * Each of both is looked at in three rounds, so that what changes with time is not mistaken for what changes with the
 * user. Those of one round are sent side by side.
 */
async function confirm(search: OracleSearch, candidate: Candidate): Promise<Oracle | null> {
  const { jar, makeUp } = search
  const mine = () => look(search, candidate, jar, 'signed-in')
  const theirs = (visitor: Jar) => look(search, candidate, visitor, 'anonymous')
  const signedIn = [candidate.signedIn]
  const anonymous = [candidate.anonymous]
  const visitor = await visitorJar(search)
  const second = await sideBySide(() => theirs(NO_CREDENTIALS), mine)
  anonymous.push(second[0])
  signedIn.push(second[1])
  // Whoever comes with values that were never issued is a visitor too, and may be turned away in another way.
  const values = jar.credentials(candidate.url)
  const madeUp = frozenJar(values.map((each) => ({ ...each, value: makeUp(each.value) })))
  const [known, refused, last] = await sideBySide(
    // A visitor who has cookies of his own may be shown something else than one who has none.
    () => theirs(visitor),
    () => look(search, candidate, madeUp, 'replay'),
    mine,
  )
  anonymous.push(known)
  signedIn.push(last)
  const features = (looks: readonly Look[]) => looks.map((each) => each.features)
  const rule = discriminate(features(signedIn), features(anonymous), [refused.features])
  if (rule === null) return null
  const seen = ({ answer, features }: Look): Observation => ({
    state: rule.judge(features),
    exchange: answer.exchange,
  })
  const inside = signedIn.map(seen)
  const outside = anonymous.map(seen)
  const agrees =
    inside.every(({ state }) => state === 'signed-in') && outside.every(({ state }) => state === 'anonymous')
  if (!agrees) return null
  const plain = discriminate(features(signedIn), features(anonymous))
  const isTurnedAway = plain?.judge(refused.features) === 'anonymous'
  const turnedAway = isTurnedAway ? { names: values.map(({ name }) => name), seen: seen(refused) } : null
  const { http, looks, entry } = search
  const page = { url: candidate.url, asking: candidate.asking, cached: candidate.cached }
  const samples = {
    signedIn: features(signedIn),
    anonymous: features(anonymous),
    refused: [refused.features],
  }
  return makeOracle(
    http,
    { looks, entry, page, ...samples },
    rule,
    { signedIn: inside, anonymous: outside },
    turnedAway,
  )
}

/** A visitor who has seen the login page. */
async function visitorJar({ http, entry, visitor: known }: OracleSearch): Promise<BrowserJar> {
  if (known) return known
  const visitor = new BrowserJar()
  await visit(http, { url: entry, phase: 'anonymous', jar: visitor })
  return visitor
}
