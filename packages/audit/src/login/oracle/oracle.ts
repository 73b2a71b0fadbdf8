import { randomBytes } from 'node:crypto'
import type { Observation, OracleEvidence, Phase, State } from '../../evidence/evidence.ts'
import { BrowserJar, type Jar, learningJar, NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import type { Answer, Http } from '../../network/http.ts'
import { pageOf, type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { Asking } from './ask.ts'
import { candidatePages, morePages } from './candidates.ts'
import { type Discriminator, discriminate } from './discriminate.ts'
import { type Features, featuresOf, type Looks } from './features.ts'

/** Tells whether whoever sent a request is signed in. */
export interface Oracle {
  readonly url: URL
  readonly evidence: OracleEvidence
  /** How it is asked for, besides its address. */
  readonly asking: Asking
  judge(answer: Answer): State
  /** Asks for the protected page once, without following redirects. */
  observe(jar: Jar, phase: Phase, note?: string): Promise<Observation>
}

export interface OracleSearch {
  readonly http: Http
  readonly jar: BrowserJar
  readonly landed: Visit | null
  /** The session was given as a cookie, so no login was made. */
  readonly given: boolean
  readonly looks: Looks
  /** The login page and the start page: asked about last. */
  readonly entry: URL
  readonly start: URL
  /** The user's own choice, if any: then no other page is considered. */
  readonly protectedUrl: URL | null
  /** How that is asked for. */
  readonly asking?: Asking
}

interface Candidate {
  readonly url: URL
  /** A cache answers for the page, so each request must be one that the cache has never seen. */
  readonly cached: boolean
  readonly signedIn: Look
  readonly anonymous: Look
  readonly rule: Discriminator | null
}

interface Look {
  readonly features: Features
  readonly answer: Answer
}

const REPEATS = 3
const MOST_CONFIRMED = 3
/** A page of this strength ends the search for a better one. */
const GOOD_ENOUGH = 50

/**
 * Finds a page whose answer differs between the signed-in jar and visitors, each the same three times.
 * Throws `sign_in_failed` when the site still treats us as a visitor, `oracle_unstable` when it cannot be told.
 */
export async function findOracle(search: OracleSearch): Promise<Oracle> {
  const screened: Candidate[] = []
  for (const urls of [() => candidatePages(search), () => morePages(search)]) {
    for (const url of urls()) {
      if (screened.some((candidate) => candidate.url.href === url.href)) continue
      const candidate = await screen(search, url)
      screened.push(candidate)
      if ((candidate.rule?.strength ?? 0) >= GOOD_ENOUGH) break
    }
    const oracle = await confirmBest(search, screened)
    if (oracle) return oracle
    if (search.protectedUrl) break
  }
  throw failure(search, screened)
}

async function screen(search: OracleSearch, url: URL, cached = false): Promise<Candidate> {
  const page = { url, cached }
  const signedIn = await look(search, page, search.jar, 'signed-in')
  const anonymous = await look(search, page, NO_CREDENTIALS, 'anonymous')
  const rule = discriminate([signedIn.features], [anonymous.features])
  // A visitor is shown the user's name: a cache may have kept the user's page.
  const suspect = rule === null && !cached && anonymous.features.marks.has('canary')
  if (suspect) {
    const again = await screen(search, url, true)
    if (again.rule !== null) return again
  }
  return { ...page, signedIn, anonymous, rule }
}

async function look(
  { http, looks, asking }: OracleSearch,
  page: Pick<Candidate, 'url' | 'cached'>,
  jar: Jar,
  phase: Phase,
): Promise<Look> {
  const answer = await http.send({ ...asking, url: addressOf(page), phase, jar })
  return { answer, features: featuresOf(answer, looks) }
}

function addressOf({ url, cached }: Pick<Candidate, 'url' | 'cached'>): URL {
  const address = new URL(url.href)
  if (cached) address.searchParams.set('latchkey', randomBytes(4).toString('hex'))
  return address
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

/** Repeats, taking turns so that what changes with time is not mistaken for what changes with the user. */
async function confirm(search: OracleSearch, candidate: Candidate): Promise<Oracle | null> {
  const signedIn = [candidate.signedIn]
  const anonymous = [candidate.anonymous]
  for (let round = 1; round < REPEATS; round += 1) {
    anonymous.push(await look(search, candidate, NO_CREDENTIALS, 'anonymous'))
    signedIn.push(await look(search, candidate, search.jar, 'signed-in'))
  }
  // A visitor who has cookies of his own may be shown something else than one who has none.
  const visitor = new BrowserJar()
  await visit(search.http, { url: search.entry, phase: 'anonymous', jar: visitor })
  anonymous.push(await look(search, candidate, visitor, 'anonymous'))
  const rule = discriminate(
    signedIn.map(({ features }) => features),
    anonymous.map(({ features }) => features),
  )
  if (rule === null) return null
  const seen = ({ answer, features }: Look): Observation => ({
    state: rule.judge(features),
    exchange: answer.exchange,
  })
  const inside = signedIn.map(seen)
  const outside = anonymous.map(seen)
  const agrees =
    inside.every(({ state }) => state === 'signed-in') && outside.every(({ state }) => state === 'anonymous')
  return agrees ? makeOracle(search, candidate, rule, inside, outside) : null
}

function makeOracle(
  { http, looks, asking = {} }: OracleSearch,
  page: Pick<Candidate, 'url' | 'cached'>,
  rule: Discriminator,
  signedIn: readonly Observation[],
  anonymous: readonly Observation[],
): Oracle {
  const { url } = page
  const judge = (answer: Answer): State => rule.judge(featuresOf(answer, looks))
  /** A site may renew a session by a redirect (remember-me does): what counts is where that ends. */
  const followed = async (from: Answer, jar: Jar, phase: Phase): Promise<State> => {
    const to = from.location ?? url
    if (!http.allows(to)) return 'anonymous'
    const { final } = await visit(http, { url: to, phase, jar: learningJar(jar.credentials(url), from) })
    const back = final.url.pathname === url.pathname ? judge(final) : 'unclear'
    return back === 'unclear' && final.status < 500 && final.status !== 429 ? 'anonymous' : back
  }
  return {
    url,
    asking,
    judge,
    evidence: {
      protectedUrl: http.secrets.redactUrl(url.href),
      kind: rule.kind,
      describes: page.cached ? `${rule.describes}, past a cache` : rule.describes,
      signedIn,
      anonymous,
    },
    async observe(jar, phase, note) {
      const answer = await http.send({ ...asking, url: addressOf(page), phase, jar })
      const first = judge(answer)
      const state = first === 'unclear' && answer.location ? await followed(answer, jar, phase) : first
      const detail = note ?? (state === 'unclear' ? `status ${answer.status}` : undefined)
      return { state, exchange: answer.exchange, ...(detail === undefined ? {} : { note: detail }) }
    },
  }
}

function failure(search: OracleSearch, screened: readonly Candidate[]): AuditError {
  const { landed, looks } = search
  const refused = loginRefused(search, screened)
  const where =
    landed && !search.given
      ? `it ended at ${landed.final.url.pathname} with status ${landed.final.status}`
      : ''
  if (refused !== null) {
    const lost = landed?.answers
      .flatMap(({ cookies }) => cookies)
      .find(({ refusedByBrowsers }) => refusedByBrowsers)
    const hint = lost
      ? `; the cookie ${lost.name} was not kept, as browsers would not: ${lost.refusedByBrowsers}`
      : ''
    const script = [404, 405, 415].includes(landed?.final.status ?? 0)
      ? '; if a script sends the credentials, use --login-format json with --login-url'
      : ''
    const given = search.given ? 'the cookie that was given opens nothing' : 'check user name and password'
    return new AuditError(
      'sign_in_failed',
      `the site still treats us as a visitor (${[refused, where].filter(Boolean).join('; ')}): ${given}${script}${hint}`,
    )
  }
  const pages = screened.map(
    ({ url, rule }) => `${url.pathname}${rule ? ' (differs, but not each time)' : ''}`,
  )
  const leads =
    looks.username === null || looks.username.length < 3 ? '; the user name is too short to look for' : ''
  return new AuditError(
    'oracle_unstable',
    `no page tells a signed-in user from a visitor reliably: looked at ${pages.join(', ')}${leads}. Name one with --protected-url`,
  )
}

/** Why the login itself must have failed, or null when it may have worked. */
function loginRefused(
  { landed, looks, protectedUrl, jar, given }: OracleSearch,
  screened: readonly Candidate[],
): string | null {
  const differs = screened.some(({ rule }) => rule !== null)
  if (protectedUrl !== null && screened[0] !== undefined && !differs) {
    const { status, redirect } = screened[0].signedIn.features
    if (status === 401 || status === 403) return `${protectedUrl.pathname} answers ${status}`
    if (redirect !== null) return `${protectedUrl.pathname} redirects to ${redirect}`
  }
  if (differs) return null
  if (landed === null || given) return 'nothing differs from a visitor'
  const final = landed.final
  if (final.status === 401 || final.status === 403 || final.status === 429)
    return `the login answered ${final.status}`
  if (pageOf(final).forms.length > 0 && featuresOf(final, looks).marks.has('login-form')) {
    return 'the login form came back'
  }
  if (jar.credentials(final.url).length === 0) return 'the login set no cookie'
  const redirected = landed.answers.some(({ location }) => location !== null)
  const answered = landed.answers.some(({ cookies }) => cookies.some(({ deletion }) => !deletion))
  if (!redirected && !answered && final.method === 'POST') return 'the login led nowhere and set no cookie'
  return redirected || final.status < 400 ? null : `the login answered ${final.status}`
}
