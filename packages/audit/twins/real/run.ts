/**
 * `npm run twins -- --real [part-of-a-name…]`: audits real versions with a published CVE, each beside the version that
 * mends it, and says how many the auditor found by what they do. Installs what it needs, so it is no part of `npm test`.
 */
import { audit } from '../../src/index.ts'
import type { Severity } from '../../src/judging/check.ts'
import { ACCOUNT } from '../serve/account.ts'
import { type Form, nameOf, type Pair } from './pair.ts'
import { pairs } from './pairs.ts'
import { started } from './start.ts'

export interface Outcome {
  readonly pair: Pair
  readonly vulnerable: Seen
  readonly mended: Seen
}

export interface Seen {
  readonly verdict: string
  readonly severity: Severity
  readonly reason: string
  /** Every check that failed. */
  readonly failed: readonly string[]
}

const worstFirst: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** Found is what fails in the version with the fault, and in the mended one does not, or with less harm. */
export function isFound({ vulnerable, mended }: Pick<Outcome, 'vulnerable' | 'mended'>): boolean {
  if (vulnerable.verdict !== 'fail') return false
  const isWorse = worstFirst.indexOf(vulnerable.severity) < worstFirst.indexOf(mended.severity)
  return mended.verdict === 'pass' || (mended.verdict === 'fail' && isWorse)
}

/** Whether it came out as the list has it. What did not run never does. */
export function isAsListed({ pair, ...seen }: Outcome): boolean {
  if (isFound(seen)) return pair.notFound === undefined
  if (pair.byChance !== undefined) return seen.vulnerable.verdict === 'pass' && seen.mended.verdict === 'pass'
  return pair.notFound !== undefined && [seen.vulnerable, seen.mended].every(isJudged)
}

const isJudged = ({ verdict }: Seen): boolean => /^(?:pass|fail|inconclusive|skipped)$/.test(verdict)

/** @returns whether everything came out as the list has it */
export async function showReal(wanted: readonly string[]): Promise<boolean> {
  const chosen = pairs.filter(
    (pair) => wanted.length === 0 || wanted.some((part) => pair.package.includes(part)),
  )
  const outcomes: Outcome[] = []
  for (const pair of chosen) {
    const outcome = {
      pair,
      vulnerable: await seenOf(pair, pair.vulnerable).catch(notRun),
      mended: await seenOf(pair, pair.mended).catch(notRun),
    }
    outcomes.push(outcome)
    console.log(line(outcome))
  }
  const found = outcomes.filter(isFound)
  console.log(`\nfound ${found.length} of ${outcomes.length}`)
  for (const { pair, ...seen } of outcomes.filter((one) => !isFound(one))) {
    const reason = pair.notFound ?? pair.byChance ?? 'NOT FOUND, and the list has no reason'
    console.log(`  ${pair.package}, ${pair.cve}: ${reason}`)
    for (const side of ['vulnerable', 'mended'] as const) {
      console.log(`    ${nameOf(pair[side])}: ${pair.check} ${saidOf(seen[side])}: ${seen[side].reason}`)
    }
  }
  return outcomes.length > 0 && outcomes.every(isAsListed)
}

async function seenOf(pair: Pair, form: Form): Promise<Seen> {
  await using site = await started(pair, form)
  const { url } = site.running
  const report = await audit({ url, ...pair.options(url, site.beside) }).catch(String)
  if (typeof report === 'string') return { ...none, verdict: 'no report', reason: report }
  if (JSON.stringify(report).includes(ACCOUNT.password))
    return { ...none, verdict: 'secret leaked', reason: 'the password is in the report' }
  const failed = report.checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)
  const check = report.checks.find(({ id }) => id === pair.check)
  if (check === undefined) return { ...none, failed }
  return { verdict: check.verdict, severity: check.severity, reason: check.reason, failed }
}

const none: Seen = { verdict: 'no check', severity: 'info', reason: 'there is no such check', failed: [] }

/** Not installed, not built or not started: nothing is known of it, and the others go on. */
const notRun = (error: unknown): Seen => ({ ...none, verdict: 'NOT RUN', reason: String(error) })

const saidOf = ({ verdict, severity }: Seen): string => (verdict === 'fail' ? `fail (${severity})` : verdict)

function line(outcome: Outcome): string {
  const { pair, vulnerable, mended } = outcome
  const others = vulnerable.failed.filter((id) => id !== pair.check)
  return [
    isFound(outcome) ? 'found    ' : 'not found',
    pair.cve,
    `${pair.package} ${nameOf(pair.vulnerable)}: ${pair.check} ${saidOf(vulnerable)}, ${nameOf(pair.mended)}: ${saidOf(mended)}`,
    others.length === 0 ? '' : `(also fails: ${others.join(', ')})`,
  ].join(' ')
}
