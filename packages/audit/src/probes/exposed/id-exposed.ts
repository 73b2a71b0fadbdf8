import { cacheHeadersOf, sharingOf } from '../../evidence/cacheability.ts'
import type { ExposedPlace, IdExposedEvidence } from '../../evidence/id-exposed.ts'
import { type Credential, pick } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { type Renaming, underLabel } from '../carrier/renamed.ts'
import { carrierValues, isCompanion, liveJar, type ProbeContext, replay } from '../context.ts'
import { type Occurrence, occurrencesIn } from './search.ts'
import { isTelling, writingsOf } from './secret-forms.ts'

/** More places tell no more. */
const MOST_PLACES = 6

type Values = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Whether what carries the session stands anywhere else than in its own Set-Cookie. All answers so far are searched for
 * its actual values; what was found is the session where it is the value that was proved to be, or signs in when sent.
 */
export async function probeIdExposed(context: ProbeContext): Promise<IdExposedEvidence> {
  const { http, carrier, renamings, issued } = context
  const answers = http.answers.filter(({ phase }) => phase !== 'replay')
  // Those by which it was found out what carries the session.
  const proved = new Set(issued[0]?.values())
  const known = { values: sessionValues(context), proved, carriers: carrier.carriers, renamings }
  const { places, about } = placesIn(http, answers, known)
  const seen: ExposedPlace[] = []
  for (const { occurrence, place } of places) {
    const { value, form } = occurrence.written
    const isProved = form !== 'id' && proved.has(value)
    const ask = () => (form === 'id' ? sendId(context, place.carrier) : send(context, place.carrier, value))
    seen.push({ ...place, isProved, replay: isProved ? null : await ask() })
  }
  return { seen, ...about }
}

interface Known {
  /** By the name of what carries the session. */
  readonly values: Values
  /** Of one place with several of them, one of these is told. */
  readonly proved: ReadonlySet<string>
  readonly carriers: readonly string[]
  readonly renamings: readonly Renaming[]
}

interface Place {
  readonly occurrence: Occurrence
  readonly place: Omit<ExposedPlace, 'isProved' | 'replay'>
}

/** Where these answers have one of the values, each place once. */
export function placesIn(
  http: Pick<Http, 'secrets'>,
  answers: Http['answers'],
  { values, proved, carriers, renamings }: Known,
): { places: readonly Place[]; about: Omit<IdExposedEvidence, 'seen'> } {
  const telling = [...values].map(([name, all]) => [name, [...all].filter(isTelling)] as const)
  const places = new Map<string, Place>()
  for (const [carrier, secrets] of telling) {
    const writings = secrets.flatMap(writingsOf)
    for (const occurrence of answers.flatMap((answer) => occurrencesIn(answer, writings))) {
      const { where, name, written, answer } = occurrence
      // Whether scripts can read what carries the session is for `cookie-httponly`.
      if (where === 'cookie' && carriers.includes(underLabel(name ?? '', renamings))) continue
      const isId = written.form === 'id'
      const key = JSON.stringify([carrier, where, name, isId, answer.url.pathname])
      if (places.has(key) && !proved.has(written.value)) continue
      const { url, exchange, method, headers } = answer
      const place = {
        ...{ carrier, where, name, form: written.form, exchange, url: http.secrets.redactUrl(url.href) },
        mayBeShared: method === 'GET' && sharingOf(cacheHeadersOf(headers)) === 'allowed',
      }
      if (!proved.has(places.get(key)?.occurrence.written.value ?? '')) places.set(key, { occurrence, place })
    }
  }
  return {
    places: [...places.values()].slice(0, MOST_PLACES),
    about: {
      answersSearched: answers.length,
      searched: telling.filter(([, secrets]) => secrets.length > 0).map(([name]) => name),
      unsearched: telling.filter(([, secrets]) => secrets.length === 0).map(([name]) => name),
    },
  }
}

/** The values that each secret cookie had while it carried the session; none that a page's script holds by design. */
function sessionValues(context: ProbeContext): Values {
  const { carrier, http, renamings, issued, jar } = context
  const held = carrierValues(context, jar)
  const headers = (carrier.headers ?? []).map(({ name }) => name)
  const tokens = [
    ...held,
    ...issued.flatMap((values) => [...values].map(([name, value]) => ({ name, value }))),
  ]
  const byDesign = new Set(tokens.filter(({ name }) => headers.includes(name)).map(({ value }) => value))
  // A cookie that is a script's token once is so in each login, also in one that no script took it from.
  const copies = new Set(tokens.filter(({ value }) => byDesign.has(value)).map(({ name }) => name))
  const renewed = http.answers.filter(({ phase }) => phase === 'signed-in').flatMap(({ cookies }) => cookies)
  const given = renewed
    .filter(({ deletion }) => !deletion)
    .map(({ name, value }) => ({ name: underLabel(name, renamings), value }))
  const names = carrier.carriers.filter((name) => !copies.has(name) && !isCompanion(context, name))
  const values = names.map((name) => {
    const own = [...tokens, ...given].filter((each) => each.name === name).map(({ value }) => value)
    return [name, new Set(own)] as const
  })
  return new Map(values.filter(([, own]) => own.size > 0))
}

/** Sends exactly the value that was found in the cookie's place, beside what else its session needs. */
async function send(context: ProbeContext, name: string, value: string): Promise<ExposedPlace['replay']> {
  const login = context.issued.findLast((values) => values.get(name) === value)
  const sent = setOf(context, name).map((each) => ({
    ...each,
    value: each.name === name ? value : (login?.get(each.name) ?? each.value),
  }))
  return sent.some((each) => each.name === name) ? await replay(context, sent) : null
}

/** Sends the ID within a live session's signed value without its signature. */
async function sendId(context: ProbeContext, name: string): Promise<ExposedPlace['replay']> {
  await liveJar(context)
  const sent = setOf(context, name)
  const own = sent.find((each) => each.name === name)
  const id = own && writingsOf(own.value).find(({ form }) => form === 'id')?.text
  if (id === undefined) return null
  return await replay(
    context,
    sent.map((each) => (each === own ? { ...each, value: id } : each)),
  )
}

/** What the browser holds of the first set that this is of. */
function setOf(context: ProbeContext, name: string): readonly Credential[] {
  const set = context.carrier.sets.find((names) => names.includes(name)) ?? [name]
  return pick(carrierValues(context, context.jar), set)
}
