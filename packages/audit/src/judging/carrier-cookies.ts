import type { CarrierEvidence, Control, Gathered, ObservedCookie } from '../evidence/evidence.ts'
import { expectState } from '../evidence/observation.ts'
import type { Context, Declared, Verdict } from './check.ts'
import { type Examined, excuse, judgeTogether } from './together.ts'
import { type Basis, brokenControl, fail, inconclusive, listed, pass, skipped } from './verdicts.ts'

/** SHA-256 of the empty string, shortened: a Set-Cookie with an empty value takes a session away. */
const EMPTY_VALUE = 'e3b0c442'

/** The one header of evidence that names none. */
const HEADERS = ['Authorization']

/** Most exchanges that one finding names; more of the same prove no more. */
const MOST_EXCHANGES = 4

/**
 * Applies a rule to the cookies that carry the session and to no others: theme, analytics and CSRF cookies
 * never come here. Inconclusive when the carrier was not established, skipped when it is no cookie or was
 * never seen being set.
 */
export function judgeCarrierCookies(
  evidence: Declared<'carrier' | 'cookies'>,
  passes: (cookies: string) => string,
  examine: (name: string, made: readonly ObservedCookie[]) => Examined,
): Verdict {
  const { carrier, cookies } = evidence
  const controls = carrierControls(carrier)
  const broken = brokenControl(controls)
  if (broken !== null) return inconclusive(`what carries the session is not certain: ${broken}`, { controls })

  const headers = headersOf(carrier)
  const names = carrier.carriers.filter(
    (name) => !headers.includes(name) && !carrier.companions?.includes(name),
  )
  if (carrier.carriers.length === 0) {
    return inconclusive('no cookie or header was proved to carry the session', { controls })
  }
  if (names.length === 0) {
    return skipped(`the session travels in the ${listed(headers)} header, not in a cookie`, { controls })
  }

  const made = new Map(names.map((name) => [name, madeCarrier(name, cookies)]))
  const judged = names.filter((name) => (made.get(name)?.length ?? 0) > 0)
  const unseen = names.filter((name) => !judged.includes(name))
  if (judged.length === 0) {
    return skipped(`${listed(unseen)} was never seen being set, so its attributes are not known`, {
      controls,
    })
  }

  const each = new Map(judged.map((name) => [name, examine(name, made.get(name) ?? [])]))
  const { excused, unsure } = judgeTogether(carrier, each)
  const examined = judged.filter((name) => !excused.includes(name)).flatMap((name) => each.get(name) ?? [])
  const findings = judged
    .filter((name) => !excused.includes(name) && !unsure.includes(name))
    .flatMap((name) => each.get(name)?.findings ?? [])
  const basis: Basis = { controls, exchanges: judged.flatMap((name) => exchangesOf(made.get(name) ?? [])) }
  if (findings.length > 0) return fail(findings, basis)
  const unjudged = examined.find((one) => one.unjudged !== undefined)?.unjudged
  if (unjudged !== undefined) return skipped(unjudged, basis)
  if (unsure.length > 0) {
    return inconclusive(
      `${listed(unsure)} alone does not do so, and whether what is needed beside it is a secret is not certain`,
      basis,
    )
  }
  const notes = [...examined.flatMap((one) => one.note ?? []), ...excused.map(excuse)]
  const good = [passes(listed(judged.filter((name) => !excused.includes(name)))), ...notes].join('. ')
  if (unseen.length === 0) return pass(good, basis)
  return inconclusive(`${good}, but ${listed(unseen)} was never seen being set`, basis)
}

/** The exchanges that made these cookies, each once, the first few. */
export function exchangesOf(made: readonly ObservedCookie[]): number[] {
  return [...new Set(made.map((cookie) => cookie.exchange))].slice(0, MOST_EXCHANGES)
}

/**
 * Every Set-Cookie that gave this carrier its signed-in value: those of the login and after it; those of
 * the anonymous visit only when nothing replaced them, because then they stay the carrier. What a logout
 * or a replay in a clean client sets is a visitor's cookie and says nothing about the session.
 */
export function madeCarrier(name: string, cookies: readonly ObservedCookie[]): readonly ObservedCookie[] {
  const own = cookies.filter((cookie) => cookie.name === name && cookie.value !== EMPTY_VALUE)
  const later = own.filter((cookie) => cookie.phase === 'login' || cookie.phase === 'signed-in')
  return later.length > 0 ? later : own.filter((cookie) => cookie.phase === 'anonymous')
}

/** Whether nothing but a header carries the session: other sites and other people cannot plant one. */
export function onlyInHeader({ carriers, headers = HEADERS }: Context): boolean {
  return carriers !== null && carriers.length > 0 && carriers.every((name) => headers.includes(name))
}

/** The names of the headers among what was sent. */
export function headersOf({ headers }: Pick<CarrierEvidence, 'headers'>): readonly string[] {
  return headers?.map(({ name }) => name) ?? HEADERS
}

/** What was proved to carry the session; null when it was not gathered or a control did not hold. */
export function provenCarriers(carrier: Gathered<CarrierEvidence>): readonly string[] | null {
  if (carrier.status !== 'gathered') return null
  return brokenControl(carrierControls(carrier.value)) === null ? carrier.value.carriers : null
}

/** The probe's own controls, and what every ablation stands on where that was not so. */
function carrierControls({ controls, withAll, withNone }: CarrierEvidence): readonly Control[] {
  const stands: readonly Control[] = [
    expectState('all cookies together', 'signed-in', withAll),
    expectState('no cookie at all', 'anonymous', withNone),
  ]
  return [...controls, ...stands.filter(({ held }) => !held)]
}
