import type { Observation, OracleEvidence, Phase, State } from '../../evidence/evidence.ts'
import { type Jar, learningJar } from '../../network/cookies/jar.ts'
import type { Answer, Http } from '../../network/http.ts'
import { pageOf, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { Asking } from './ask.ts'
import { type Discriminator, isFailure } from './discriminate.ts'
import { type Features, featuresOf } from './features.ts'
import { isLike } from './likeness.ts'
import { addressOf, type Candidate, type OracleSearch } from './search.ts'

/** Tells whether whoever sent a request is signed in. */
export interface Oracle {
  readonly url: URL
  readonly evidence: OracleEvidence
  /** How it is asked for, besides its address. */
  readonly asking: Asking
  /** It is asked for as a browser opens a page, by its own address. */
  readonly asksPlainly: boolean
  /** Made-up values for all of these, sent alone and turned away as visitors are; null where they were answered otherwise. */
  readonly turnedAway: { readonly names: readonly string[]; readonly seen: Observation } | null
  /** What it knows, so that a later audit can ask again. */
  readonly known: Known
  judge(answer: Answer): State
  /**
   * Asks for the protected page without following redirects. An answer that is neither the user's page nor what
   * visitors get, or none at all, is asked for once more.
   */
  observe(jar: Jar, phase: Phase, note?: string): Promise<Observation>
}

/** The answers that its rule was made of, and how they were got. */
export interface Known extends Pick<OracleSearch, 'looks' | 'entry'> {
  readonly page: Pick<Candidate, 'url' | 'asking' | 'cached'>
  readonly signedIn: readonly Features[]
  readonly anonymous: readonly Features[]
  readonly refused: readonly Features[]
}

/** The oracle of a page whose looks all agree with the rule. */
export function makeOracle(
  http: Http,
  known: Known,
  rule: Discriminator,
  seen: Pick<OracleEvidence, 'signedIn' | 'anonymous'>,
  turnedAway: Oracle['turnedAway'],
): Oracle {
  const { looks, entry, page } = known
  const { url, asking } = page
  const judge = (answer: Answer): State => rule.judge(featuresOf(answer, looks))
  /** A page for visitors: with the way to this site's login, or as a visitor saw it before. */
  const isForVisitors = (answer: Answer): boolean => {
    const features = featuresOf(answer, looks)
    if (isFailure(answer.status) || features.marks.has('sign-out')) return false
    const leadsToLogin = pageOf(answer).links.some(
      ({ url }) => url.pathname === entry.pathname && url.pathname !== '/',
    )
    if (features.marks.has('login-form') || leadsToLogin) return true
    const before = http.answers.filter(
      ({ phase, url }) => phase === 'anonymous' && url.pathname === answer.url.pathname,
    )
    return isLike(
      before.map((other) => featuresOf(other, looks)),
      features,
    )
  }
  /** A site may renew a session by a redirect (remember-me does): what counts is where that ends. */
  const followed = async (from: Answer, jar: Jar, phase: Phase): Promise<State> => {
    const to = from.location ?? url
    if (!http.allows(to)) return 'unclear'
    const { final } = await visit(http, { url: to, phase, jar: learningJar(jar.credentials(url), from) })
    const back = final.url.pathname === url.pathname ? judge(final) : 'unclear'
    return back === 'unclear' && isForVisitors(final) ? 'anonymous' : back
  }
  const once = async (jar: Jar, phase: Phase): Promise<Seen> => {
    const answer = await http.send({ ...asking, url: addressOf(page), phase, jar })
    const first = judge(answer)
    const state = first === 'unclear' && answer.location ? await followed(answer, jar, phase) : first
    return { state, answer }
  }
  return {
    url,
    asking,
    asksPlainly: !page.cached && Object.keys(asking).length === 0,
    turnedAway,
    known,
    judge,
    evidence: {
      protectedUrl: http.secrets.redactUrl(url.href),
      kind: rule.kind,
      describes: page.cached ? `${rule.describes}, past a cache` : rule.describes,
      ...seen,
    },
    async observe(jar, phase, note) {
      const first = await once(jar, phase).catch(unanswered)
      const { state, answer } = first?.state === 'unclear' || first === null ? await once(jar, phase) : first
      const detail = note ?? (state === 'unclear' ? `status ${answer.status}` : undefined)
      return { state, exchange: answer.exchange, ...(detail === undefined ? {} : { note: detail }) }
    },
  }
}

interface Seen {
  readonly state: State
  readonly answer: Answer
}

/** Null for a connection that broke. */
function unanswered(error: unknown): null {
  if (error instanceof AuditError && error.code === 'unreachable') return null
  throw error
}
