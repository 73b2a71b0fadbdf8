import type { IdInUrlEvidence } from '../../evidence/evidence.ts'
import { AUTHORIZATION, type Credential, NO_CREDENTIALS, pick } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { decode } from '../../network/redaction/secrets.ts'
import { carrierValues, isCompanion, liveJar, type ProbeContext } from '../context.ts'
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
export async function probeIdInUrl(context: ProbeContext): Promise<IdInUrlEvidence> {
  const jar = await liveJar(context)
  const values = carrierValues(context, jar).filter(
    ({ kind, name }) => kind === 'cookie' || name !== AUTHORIZATION,
  )
  const accepted: Accepted[] = []
  let formsTried = 0
  for (const set of context.carrier.sets) {
    const mine = pick(values, set)
    if (mine.length < set.length) continue
    accepted.push(...(await acceptedForms(context, mine)))
    formsTried += FORMS.length
  }
  const answers = context.http.answers.filter(({ phase }) => phase !== 'replay')
  const known = knownValues(context, values)
  const seen = answers.flatMap((answer) => searchAnswer(context, answer, known)).slice(0, MOST_SEEN)
  return { seen, accepted, pagesSearched: answers.length, formsTried }
}

async function acceptedForms(context: ProbeContext, credentials: readonly Credential[]): Promise<Accepted[]> {
  const { http, oracle } = context
  const carrier = credentials.map(({ name }) => name).join(' + ')
  const garbage = credentials.map((credential) => ({ ...credential, value: sameShape(credential.value) }))
  const found: Accepted[] = []
  for (const [form, build] of FORMS) {
    const url = build(oracle.url, credentials)
    const answer = await http.send({ url, phase: 'replay', jar: NO_CREDENTIALS })
    if (oracle.judge(answer) !== 'signed-in') continue
    const control = await http.send({ url: build(oracle.url, garbage), phase: 'replay', jar: NO_CREDENTIALS })
    if (oracle.judge(control) === 'signed-in') continue
    found.push({ carrier, form, seen: { state: 'signed-in', exchange: answer.exchange } })
  }
  return found
}

type Build = (url: URL, credentials: readonly Credential[]) => URL

/** The ways in which sites take an ID from a URL. */
export const FORMS: readonly (readonly [form: string, build: Build])[] = [
  ['?name=value', (url, credentials) => withQuery(url, credentials)],
  [';name=value', (url, credentials) => withPathParameter(url, credentials, (name) => name)],
  [
    ';name=value in lower case',
    (url, credentials) => withPathParameter(url, credentials, (name) => name.toLowerCase()),
  ],
]

/** Values go as they are in the cookie: already encoded where the site encodes them. */
function withQuery(url: URL, credentials: readonly Credential[]): URL {
  const parameters = credentials
    .map(({ name, value }) => `${encodeURIComponent(name)}=${encoded(value)}`)
    .join('&')
  return new URL(`${url.origin}${url.pathname}${url.search === '' ? '?' : `${url.search}&`}${parameters}`)
}

function withPathParameter(
  url: URL,
  credentials: readonly Credential[],
  rename: (name: string) => string,
): URL {
  const parameters = credentials.map(
    ({ name, value }) => `;${encodeURIComponent(rename(name))}=${encoded(value)}`,
  )
  return new URL(`${url.origin}${url.pathname}${parameters.join('')}${url.search}`)
}

function encoded(value: string): string {
  return encodeURIComponent(decode(value))
}

/** All values the carriers ever had in this audit, in the ways a URL may hold them. */
function knownValues(
  { issued, http, carrier }: ProbeContext,
  current: readonly Credential[],
): Map<string, string> {
  const pairs = [
    ...current.map(({ name, value }) => [name, value] as const),
    ...issued.flatMap((values) => [...values]),
    ...http.answers.flatMap(({ cookies }) => cookies.map(({ name, value }) => [name, value] as const)),
  ]
  const known = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (!carrier.carriers.includes(name) || isCompanion({ carrier }, name)) continue
    for (const form of inUrls(value)) known.set(form, name)
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
