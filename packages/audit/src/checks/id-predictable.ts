import type { IdShapeEvidence } from '../evidence/evidence.ts'
import type { Check, Finding } from '../judging/check.ts'
import { fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Shape = IdShapeEvidence['carriers'][number]

/** With fewer, too much explains them. */
const FEWEST_SAMPLES = 3
/** A blind hit must be less probable than this, in bits. */
const SURE = 40
/** More values than this nobody tries against a site in a day. */
const FEW = 2 ** 20

export const idPredictable: Check<'idShape'> = {
  id: 'id-predictable',
  title: 'Nobody can tell which session ID is issued next',
  risk: 'An attacker computes which IDs the site gives to others, and is signed in as whoever has one of them.',
  severity: 'critical',
  refs: ['WSTG-SESS-01', 'ASVS-7.2.3', 'CWE-330', 'CWE-340'],
  needs: ['idShape'],
  fixes: {
    latchkey: 'Nothing to set: a token holds 384 random bits.',
    'express-session': 'Remove your own `genid`: the default has 192 random bits.',
    php: 'Remove `session_id(…)` with a value of your own: `md5(uniqid())` tells the time and little else.',
  },

  judge({ idShape: { carriers } }) {
    if (carriers.length === 0) return inconclusive('no value of the carrier was collected')
    const references = carriers.filter(({ selfContained }) => !selfContained)
    if (references.length === 0) {
      const names = listed(carriers.map(({ name }) => name))
      return skipped(`${names}: a self-contained value, which its signature or seal protects`)
    }
    const findings = references.filter(({ guarded }) => !guarded).flatMap(findingsOf)
    if (findings.length > 0) return fail(findings)
    const untold = references.map(undecided).find((reason) => reason !== null)
    if (untold) return inconclusive(untold)
    return pass(
      references
        .map(({ name, samples, guarded, prediction, sequence }) =>
          guarded && (prediction || sequence)
            ? `${name}: the ID in it follows a rule (${prediction?.how ?? sequence}), and opens nothing without the signature behind it`
            : `${name}: no counter, clock, digest of one, or linear generator that was tried explains ${samples} values`,
        )
        .join('; '),
    )
  },
}

function findingsOf({ name, prediction, sequence }: Shape): Finding[] {
  const about = {
    where: `cookie ${name}`,
    fix: 'Make IDs from a cryptographic random generator, 16 bytes or more, and from nothing else: a digest of what can be told can be told.',
  }
  if (prediction && isTold(prediction)) {
    const { how, candidates, asked, hits, exchange } = prediction
    const chance = Math.floor(hits * surenessOf(prediction))
    const which = candidates === 1 ? 'the value' : `one of ${candidates} values`
    const times = asked === 1 ? 'the next one' : `each of the next ${hits}`
    return [
      {
        ...about,
        seen: `${name} is ${how}: ${times} was ${which} made up before it was asked for. Blindly that is hit once in 2^${chance} times.`,
        exchanges: exchange === undefined ? [] : [exchange],
        severity: candidates <= FEW ? 'critical' : 'high',
      },
    ]
  }
  const seen = prediction?.asked === 0 ? prediction.how : sequence
  if (!seen) return []
  return [{ ...about, seen: `${name} follows a rule: ${seen}.`, exchanges: [], severity: 'high' }]
}

function surenessOf({ bits, candidates }: NonNullable<Shape['prediction']>): number {
  return bits - Math.log2(candidates)
}

function isTold(prediction: NonNullable<Shape['prediction']>): boolean {
  return prediction.hits === prediction.asked && prediction.hits * surenessOf(prediction) >= SURE
}

/** Why nothing can be said of a carrier that nothing was found against; null where something can. */
function undecided({ name, samples, prediction, guarded }: Shape): string | null {
  if (guarded) return null
  if (samples < FEWEST_SAMPLES) return `${samples} value(s) of ${name} are too few to tell what explains them`
  if (prediction === undefined) return `nobody tried to tell the next value of ${name}`
  if (prediction === null) return null
  return `${name} looked like ${prediction.how}, and ${prediction.hits} of ${prediction.asked} new ones were as that tells: others may have been issued meanwhile; audit it again while nobody else uses it`
}
