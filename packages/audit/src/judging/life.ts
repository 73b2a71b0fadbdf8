import type { Evidence, EvidenceFile, Phase } from '../evidence/evidence.ts'
import type { CheckResult } from './check.ts'
import { momentsOf } from './life-moments.ts'
import type { Lane, Moment, Seen } from './moment.ts'

const LANES: Readonly<Record<Phase, Lane>> = {
  anonymous: 'visitor',
  login: 'sign-in',
  'signed-in': 'use',
  logout: 'sign-out',
  replay: 'replay',
}

/** What happened to the session, in order. What a check failed for is in it if a request shows it at all. */
export function lifeOf(
  { evidence, exchanges }: Pick<EvidenceFile, 'exchanges'> & { readonly evidence: Evidence },
  results: readonly CheckResult[],
): readonly Moment[] {
  const verdicts = new Map(results.map(({ id, verdict }) => [id, verdict]))
  const seen = momentsOf(evidence).flatMap((moment) => judged(moment, verdicts))
  const phases = new Map(exchanges.map(({ id, phase }) => [id, phase]))
  const shown = new Set(seen.filter(({ state }) => state === 'bad').map(({ check }) => check))
  const others = results
    .filter(({ id, verdict }) => verdict === 'fail' && !shown.has(id))
    .flatMap((result) => failed(result, phases))
  return [...seen, ...others]
    .filter(({ exchange }) => phases.has(exchange))
    .filter(isFirst)
    .toSorted((a, b) => a.exchange - b.exchange)
}

/** The same fault at several requests is one moment. */
function isFirst(moment: Moment, at: number, all: readonly Moment[]): boolean {
  return all.findIndex(({ what, check }) => what === moment.what && check === moment.check) === at
}

function judged({ bad, ...moment }: Seen, verdicts: ReadonlyMap<string, CheckResult['verdict']>): Moment[] {
  if (moment.check === null) return [{ ...moment, state: 'plain' }]
  const verdict = verdicts.get(moment.check)
  if (verdict === undefined || verdict === 'skipped') return []
  if (verdict === 'inconclusive') return [{ ...moment, state: 'unclear' }]
  return [{ ...moment, state: bad && verdict === 'fail' ? 'bad' : 'good' }]
}

/** A failed check of which nothing is in the picture yet, where its first proof was seen. */
function failed({ id, title, findings }: CheckResult, phases: ReadonlyMap<number, Phase>): Moment[] {
  const exchange = findings.flatMap(({ exchanges }) => exchanges)[0]
  const phase = exchange === undefined ? undefined : phases.get(exchange)
  if (exchange === undefined || phase === undefined) return []
  return [{ lane: LANES[phase], exchange, what: `not so: ${title}`, state: 'bad', check: id }]
}
