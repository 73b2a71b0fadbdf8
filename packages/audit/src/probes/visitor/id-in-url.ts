import type { IdInUrlEvidence, State } from '../../evidence/evidence.ts'
import type { Credential } from '../../network/cookies/jar.ts'
import { FORMS, inUrls, searchAnswer } from '../session-id/id-in-url.ts'
import { given, type Seen } from './clients.ts'
import { shared, type Tokens } from './tokens.ts'
import { ownTokens } from './trials.ts'
import type { Tried, Visitor } from './visitor.ts'

type Accepted = IdInUrlEvidence['accepted'][number]

const MOST_SEEN = 20
/** Of the two ways to write a path parameter, servlets take the lower case. */
const formsFor = (name: string) => FORMS.filter((_, at) => at !== (/^JSESSIONID/.test(name) ? 1 : 2))

/** Whether a visitor's ID is in URLs, and whether the site takes it from one instead of the cookie. */
export async function visitorIdInUrl(visitor: Visitor): Promise<IdInUrlEvidence> {
  const { http } = visitor.clients
  const answers = [...http.answers]
  const sessions = visitor.tried.filter(({ cookie }) => cookie.provedBy !== null)
  const names = sessions.map(({ cookie }) => cookie.name)
  const values = answers.flatMap(({ cookies }) => cookies).filter(({ name }) => names.includes(name))
  const known = new Map(
    values.flatMap(({ name, value }) => inUrls(value).map((form) => [form, name] as const)),
  )
  const seen = answers.flatMap((answer) => searchAnswer({ http }, answer, known)).slice(0, MOST_SEEN)

  const accepted: Accepted[] = []
  let formsTried = 0
  let isComplete = true
  for (const session of sessions) {
    const forms = formsFor(session.cookie.name)
    if (visitor.clients.left >= forms.length) {
      accepted.push(...(await acceptedForms(visitor, session)))
      formsTried += forms.length
    } else isComplete = false
  }
  // What was tried for some of them alone is no pass for all.
  return { seen, accepted, pagesSearched: answers.length, formsTried: isComplete ? formsTried : 0 }
}

async function acceptedForms({ clients, pair }: Visitor, { cookie, trial }: Tried): Promise<Accepted[]> {
  const mine = given(pair.first).filter(({ name }) => name === cookie.name)
  const found: Accepted[] = []
  for (const [form, build] of formsFor(cookie.name)) {
    const seen = await clients.ask([], build(clients.page, mine))
    const own = ownTokens(pair)
    const isBound = (trial?.bound.length ?? 0) > 0
    const state = isBound ? byToken(seen, own) : byCookie(seen, mine)
    if (state === 'anonymous') continue
    found.push({ carrier: cookie.name, form, seen: { state, exchange: seen.answer.exchange } })
  }
  return found
}

function byToken({ answer, tokens }: Seen, own: Tokens): State {
  if (shared(tokens, own).size > 0) return 'signed-in'
  const isOthers = [...own.keys()].some((key) => tokens.has(key))
  return isOthers || answer.status === 404 ? 'anonymous' : 'unclear'
}

/** Who is not known is given a new cookie. */
function byCookie({ answer }: Seen, mine: readonly Credential[]): State {
  const set = answer.cookies.findLast(
    ({ name, deletion }) => !deletion && mine.some((one) => one.name === name),
  )
  if (set === undefined) return answer.status === 404 ? 'anonymous' : 'unclear'
  return mine.some(({ value }) => value === set.value) ? 'signed-in' : 'anonymous'
}
