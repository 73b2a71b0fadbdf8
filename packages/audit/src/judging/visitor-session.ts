import type { CarrierEvidence, Evidence, EvidenceFile, VisitorEvidence } from '../evidence/evidence.ts'
import { listed } from './verdicts.ts'

/** What needs a session to be judged, a visitor's if there is no user's. */
const OF_A_SESSION = ['carrier', 'strictIds', 'idInUrl', 'idShape', 'idExposed', 'sharedCache'] as const

/**
 * In an audit without an account, what was proved to be a visitor's session stands where a user's would; where nothing
 * was proved, the evidence that needs one says why.
 */
export function withVisitorsSession({ target, evidence }: EvidenceFile): Evidence {
  const { visitor } = evidence
  if (!target.passive || visitor.status === 'skipped') return evidence
  if (visitor.status !== 'gathered') return { ...evidence, ...missing('failed', visitor.reason) }
  const proved = visitor.value.cookies.filter(({ provedBy }) => provedBy !== null)
  if (proved.length > 0) return { ...evidence, carrier: { status: 'gathered', value: carrierOf(proved) } }
  const { sharedCache } = evidence
  // What a cache hands out to several was seen to be no session of one, and is judged all the same.
  const handedOut = sharedCache.status === 'gathered' ? { sharedCache } : {}
  return { ...evidence, ...unproved(visitor.value), ...handedOut }
}

/** The names of what a visitor's session was proved to be. */
export function visitorsSession({ target, evidence }: EvidenceFile): readonly string[] {
  const { visitor } = evidence
  if (!target.passive || visitor.status !== 'gathered') return []
  return visitor.value.cookies.filter(({ provedBy }) => provedBy !== null).map(({ name }) => name)
}

/** The own cookies being known again is to a visitor what being signed in is to a user. */
function carrierOf(proved: VisitorEvidence['cookies']): CarrierEvidence {
  const names = proved.map(({ name }) => name)
  const exchange = proved[0]?.exchanges[0] ?? 0
  return {
    candidates: names,
    withAll: { state: 'signed-in', exchange },
    withNone: { state: 'anonymous', exchange },
    dropOne: [],
    onlyOne: [],
    sets: [names],
    carriers: names,
    controls: proved.flatMap(({ controls }) => controls),
  }
}

function unproved({ cookies }: VisitorEvidence): Partial<Evidence> {
  const alike = cookies.filter(({ resembles }) => resembles)
  if (alike.length > 0) {
    const why = alike.map((cookie) => cookie.why).join('; ')
    return missing('failed', `whether a visitor is given a session is not certain: ${why}`)
  }
  const given =
    cookies.length === 0
      ? 'no cookie was given to a visitor'
      : `nothing shows that ${listed(cookies.map(({ name }) => name))} would be a session`
  return missing('skipped', `${given}; a sign-in is needed to judge this`)
}

function missing(status: 'failed' | 'skipped', reason: string): Partial<Evidence> {
  return Object.fromEntries(OF_A_SESSION.map((name) => [name, { status, reason }]))
}
