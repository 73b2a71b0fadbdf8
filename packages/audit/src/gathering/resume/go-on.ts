import type { EvidenceFile, Took } from '../../evidence/evidence.ts'
import { restoreOracle } from '../../login/oracle/keep-oracle.ts'
import type { Oracle } from '../../login/oracle/oracle.ts'
import { type Credential, pick } from '../../network/cookies/jar.ts'
import { AuditError } from '../../options/errors.ts'
import { isFatal } from '../../probes/context.ts'
import { evidenceOf, type TimeoutsState } from '../../probes/timeouts/state.ts'
import { handsOf } from '../../probes/timeouts/timeouts.ts'
import { watch } from '../../probes/timeouts/watch.ts'
import { reach, signInOnce } from '../establish.ts'
import { took } from '../file.ts'
import type { Run } from '../run.ts'
import type { Keeping, KeptAudit } from './kept-audit.ts'
import { invalid } from './sealed-file.ts'

/** Does what is due of an audit that was begun before, and nothing else of it. */
export async function goOn(run: Run, kept: KeptAudit, keep: Keeping['keep']): Promise<EvidenceFile> {
  const { http, options } = run
  const { file, state } = kept
  const { oracle: told } = file.evidence
  const oracle = told.status === 'gathered' ? restoreOracle(http, kept.oracle, told.value) : null
  if (oracle === null)
    throw invalid(options.resume?.file ?? '', 'does not say how users are told from visitors')
  // Exchanges are numbered on.
  http.exchanges.push(...file.exchanges)
  if (!http.allows(oracle.url)) http.allowUpgrade(run.start, oracle.url)
  await keep({ ...kept, state: withoutDue(state, run.now()) })
  const begin = () => begunAnew(run, oracle, file)
  const whole = (): EvidenceFile => ({
    ...file,
    evidence: {
      ...file.evidence,
      timeouts: { status: 'gathered', value: http.secrets.redactDeep(evidenceOf(state)) },
    },
    exchanges: http.secrets.redactDeep(http.exchanges),
    took: sum(file.took, took(http)),
  })
  try {
    const { now, wait, tell } = run
    await watch(state, handsOf({ oracle, http, options }, { now, wait, tell, begin }))
  } finally {
    await keep({ oracle: kept.oracle, state, file: whole() })
  }
  return whole()
}

/** Were this run to end while it looks, nobody could tell which sessions it had used: they are not looked at again. */
function withoutDue(state: TimeoutsState, now: number): TimeoutsState {
  const isLooked = ({ use, dueAt }: TimeoutsState['sessions'][number]) =>
    use === 'unused' && dueAt !== null && dueAt <= now
  return { ...state, sessions: state.sessions.filter((session) => !isLooked(session)) }
}

/** Signs in as the audit did before; null where that does not work. */
async function begunAnew(
  run: Run,
  oracle: Oracle,
  { evidence }: EvidenceFile,
): Promise<readonly Credential[] | null> {
  if (evidence.carrier.status !== 'gathered') return null
  try {
    await reach(run)
    await signInOnce(run)
  } catch (error) {
    if (isFatal(error) || !(error instanceof AuditError)) throw error
    return null
  }
  const held = pick(run.jar?.credentials(oracle.url) ?? [], evidence.carrier.value.carriers)
  return held.length === 0 ? null : held
}

function sum(before: Took | undefined, now: Took): Took {
  if (before === undefined) return now
  return {
    requests: before.requests + now.requests,
    logins: before.logins + now.logins,
    seconds: Math.round((before.seconds + now.seconds) * 10) / 10,
    waitedSeconds: Math.round((before.waitedSeconds + now.waitedSeconds) * 10) / 10,
  }
}
