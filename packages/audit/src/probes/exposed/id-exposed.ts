import type { ExposedPlace, IdExposedEvidence } from '../../evidence/id-exposed.ts'
import { type Credential, pick } from '../../network/cookies/jar.ts'
import { underLabel } from '../carrier/renamed.ts'
import { carrierValues, isCompanion, liveJar, type ProbeContext, replay } from '../context.ts'
import { placesIn, type Values } from './places.ts'
import { writingsOf } from './secret-forms.ts'
import { placesInStorage, storageOf } from './storage.ts'

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
  const { stored = null } = context.signIn
  const inStorage = stored === null ? [] : placesInStorage(http.secrets, stored, known)
  const seen: ExposedPlace[] = []
  for (const { written, place } of [...places, ...inStorage]) {
    const { value, form } = written
    const isProved = form !== 'id' && proved.has(value)
    const ask = () => (form === 'id' ? sendId(context, place.carrier) : send(context, place.carrier, value))
    const replay = isProved ? null : await ask()
    const bearer = place.value === undefined ? undefined : context.bearers?.get(place.carrier)
    seen.push({ ...place, isProved, replay, ...(bearer ? { bearer } : {}) })
  }
  if (stored === null) return { seen, ...about }
  return { seen, ...about, storage: storageOf(http.secrets, stored, tokensOf(context)) }
}

/** The values that each secret cookie had while it carried the session; none that a page's script holds by design. */
function sessionValues(context: ProbeContext): Values {
  const { carrier, http, renamings } = context
  const tokens = issuedValues(context)
  const byDesign = new Set([...tokensOf(context).values()].flatMap((own) => [...own]))
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

/** What the site gave of each carrier, to each login. */
function issuedValues(context: ProbeContext): readonly Pick<Credential, 'name' | 'value'>[] {
  const logins = context.issued.flatMap((values) => [...values].map(([name, value]) => ({ name, value })))
  return [...carrierValues(context, context.jar), ...logins]
}

/** Those that a header carries. */
function tokensOf(context: ProbeContext): Values {
  const all = issuedValues(context)
  const headers = (context.carrier.headers ?? []).map(({ name }) => name)
  return new Map(
    headers.map((header) => [
      header,
      new Set(all.filter(({ name }) => name === header).map(({ value }) => value)),
    ]),
  )
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
