import type { CarrierSet, IdInUrlEvidence } from '../../evidence/evidence.ts'
import { type Credential, NO_CREDENTIALS, pick } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { decode } from '../../network/redaction/secrets.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { ProbeError } from '../../options/errors.ts'
import { underLabel } from '../carrier/renamed.ts'
import { carrierValues, isCompanion, liveJar, type ProbeContext } from '../context.ts'
import type { SecondLook } from '../second-look.ts'
import { sameShape } from '../value.ts'

type Seen = IdInUrlEvidence['seen'][number]
type Accepted = IdInUrlEvidence['accepted'][number]

/** Shorter values turn up in URLs by chance. */
const SHORTEST_VALUE = 8
const MOST_SEEN = 20

/**
 * Whether the session's actual value appears in a URL (names prove nothing), and whether the site takes it
 * from one: the value in the URL, no cookie, judged by the oracle, with a random value as the control.
 */
export async function probeIdInUrl(context: ProbeContext): Promise<SecondLook<IdInUrlEvidence>> {
  const tried = (await trySets(context)) ?? (await trySetsOfLive(context))
  // Nothing is waited for; but what steps beside this one were answered is searched too, to its end.
  return { afterMs: 0, meanwhile: true, look: async () => {}, conclude: async () => searched(context, tried) }
}

function searched(context: ProbeContext, { accepted, untried, formsTried }: Tried): IdInUrlEvidence {
  const answers = context.http.answers.filter(({ phase }) => phase !== 'replay')
  const known = knownValues(context, carrierValues(context, context.jar))
  const seen = answers.flatMap((answer) => searchAnswer(context, answer, known)).slice(0, MOST_SEEN)
  return { seen, accepted, pagesSearched: answers.length, formsTried, untried }
}

interface Tried {
  readonly accepted: Accepted[]
  readonly untried: CarrierSet[]
  readonly formsTried: number
}

/** Each set of the session there is. Null where that turned out not to be alive, so that its values show nothing. */
async function trySets(context: ProbeContext): Promise<Tried | null> {
  const values = carrierValues(context, context.jar)
  const accepted: Accepted[] = []
  const untried: CarrierSet[] = []
  let formsTried = 0
  for (const set of context.carrier.sets) {
    const mine = pick(values, set)
    if (mine.length < set.length) untried.push(set)
    else {
      const tried = await tryForms(context, mine, accepted)
      if (tried === null) return null
      formsTried += tried
    }
  }
  return { accepted, untried, formsTried }
}

async function trySetsOfLive(context: ProbeContext): Promise<Tried> {
  await liveJar(context)
  const tried = await trySets(context)
  if (tried === null) throw new ProbeError('the session did not stay signed in while it was sent in URLs')
  return tried
}

/** Sends the values in each form of URL, and says in how many; null where the session was not signed in after that. */
async function tryForms(
  context: ProbeContext,
  credentials: readonly Credential[],
  accepted: Accepted[],
): Promise<number | null> {
  const { http, oracle } = context
  const ask = (url: URL) => http.send({ ...oracle.asking, url, phase: 'replay', jar: NO_CREDENTIALS })
  const carrier = credentials.map(({ name }) => name).join(' + ')
  const mine = credentials.map(inUrl)
  const isToken = credentials.every(({ kind }) => kind === 'header')
  const shown = (form: string) => (isToken ? form.replace('name', 'access_token') : form)
  const garbage = mine.map((parameter) => ({ ...parameter, value: sameShape(parameter.value) }))
  // Where the name is in lower case two forms are one.
  const forms = FORMS.map(([form, build]) => ({ form, build, url: build(oracle.url, mine) })).filter(
    ({ url }, at, all) => all.findIndex((other) => other.url.href === url.href) === at,
  )
  const firsts = await sideBySide(
    ...forms.map(
      ({ url }) =>
        () =>
          ask(url),
    ),
  )
  const open = forms.flatMap((form, at) => {
    const first = firsts[at]
    return first === undefined || oracle.judge(first) === 'anonymous' ? [] : [{ ...form, first }]
  })
  const [live, controls] = await sideBySide(
    () => oracle.observe(context.jar, 'signed-in'),
    () =>
      sideBySide(
        ...open.map(
          ({ build }) =>
            () =>
              ask(build(oracle.url, garbage)),
        ),
      ),
  )
  if (live.state !== 'signed-in') return null
  for (const [at, { form, first }] of open.entries()) {
    const control = controls[at]
    if (control === undefined) continue
    // What is neither the user's page nor a visitor's is asked for again, now that a live session was let in.
    const answer = oracle.judge(first) === 'unclear' ? await ask(first.url) : first
    const state = oracle.judge(answer)
    if (state === 'anonymous') continue
    const isOpen = oracle.judge(control) === 'unclear' && (state === 'signed-in' || !isAlike(answer, control))
    const settled = isOpen ? await ask(control.url) : control
    const tells = state === 'signed-in' ? oracle.judge(settled) !== 'signed-in' : !isAlike(answer, settled)
    if (tells) accepted.push({ carrier, form: shown(form), seen: { state, exchange: answer.exchange } })
  }
  return forms.length
}

/** A page that is gone under such an address is gone for a made-up ID too. */
function isAlike(one: Answer, other: Answer): boolean {
  return one.status === other.status && one.location?.pathname === other.location?.pathname
}

/** How a credential is named in a URL: a token as RFC 6750 does a bearer's, without its scheme. */
function inUrl({ kind, name, value, sentAs }: Credential): Parameter {
  return kind === 'header'
    ? { name: 'access_token', value: value.replace(/^\S+ +/, '') }
    : { name: sentAs ?? name, value }
}

type Parameter = Pick<Credential, 'name' | 'value'>

type Build = (url: URL, parameters: readonly Parameter[]) => URL

/** The ways in which sites take an ID from a URL. */
export const FORMS: readonly (readonly [form: string, build: Build])[] = [
  ['?name=value', (url, parameters) => withQuery(url, parameters)],
  [';name=value', (url, parameters) => withPathParameter(url, parameters, (name) => name)],
  [
    ';name=value in lower case',
    (url, parameters) => withPathParameter(url, parameters, (name) => name.toLowerCase()),
  ],
]

/** Values go as they are in the cookie: already encoded where the site encodes them. */
function withQuery(url: URL, parameters: readonly Parameter[]): URL {
  const query = parameters.map(({ name, value }) => `${encodeURIComponent(name)}=${encoded(value)}`).join('&')
  return new URL(`${url.origin}${url.pathname}${url.search === '' ? '?' : `${url.search}&`}${query}`)
}

function withPathParameter(
  url: URL,
  parameters: readonly Parameter[],
  rename: (name: string) => string,
): URL {
  const path = parameters.map(({ name, value }) => `;${encodeURIComponent(rename(name))}=${encoded(value)}`)
  return new URL(`${url.origin}${url.pathname}${path.join('')}${url.search}`)
}

function encoded(value: string): string {
  return encodeURIComponent(decode(value))
}

/** All values the carriers ever had in this audit, in the ways a URL may hold them. */
function knownValues(
  { issued, http, carrier, renamings }: ProbeContext,
  current: readonly Credential[],
): Map<string, string> {
  const pairs = [
    ...current.map(({ name, value }) => [name, value] as const),
    ...issued.flatMap((values) => [...values]),
    ...http.answers.flatMap(({ cookies }) =>
      cookies.map(({ name, value }) => [underLabel(name, renamings), value] as const),
    ),
  ]
  const headers = (carrier.headers ?? []).map(({ name }) => name)
  const known = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (!carrier.carriers.includes(name) || isCompanion({ carrier }, name)) continue
    const bare = headers.includes(name) ? value.replace(/^\S+ +/, '') : value
    for (const form of inUrls(bare)) known.set(form, name)
  }
  return known
}

/** A value in the ways a URL may hold it; none where it is so short that URLs have it by chance. */
export function inUrls(value: string): readonly string[] {
  const plain = decode(value)
  return [value, plain, encodeURIComponent(plain)].filter((form) => form.length >= SHORTEST_VALUE)
}

/** Where an answer, or its page, has one of these values in a URL; the map says whose each is. */
export function searchAnswer(
  { http }: Pick<ProbeContext, 'http'>,
  answer: Answer,
  known: ReadonlyMap<string, string>,
): Seen[] {
  const page = pageOf(answer)
  const places: (readonly [Seen['where'], URL])[] = [
    ['request-url', answer.url],
    ...(answer.location ? [['redirect', answer.location] as const] : []),
    ...page.links.map(({ url }) => ['link', url] as const),
    ...page.forms.map(({ action }) => ['form-action', action] as const),
  ]
  const seen = new Map<string, Seen>()
  for (const [where, url] of places) {
    const value = [...known.keys()].find((candidate) => url.href.includes(candidate))
    const carrier = value === undefined ? undefined : known.get(value)
    if (carrier === undefined) continue
    const shown = http.secrets.redactUrl(url.href)
    seen.set(`${where} ${carrier}`, { carrier, where, url: shown, exchange: answer.exchange })
  }
  return [...seen.values()]
}
