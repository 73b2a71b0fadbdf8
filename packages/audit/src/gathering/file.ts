import type { Evidence, EvidenceFile, Took } from '../evidence/evidence.ts'
import { EVIDENCE_NAMES } from '../evidence/schema.ts'
import { version } from '../evidence/version.ts'
import type { Http } from '../network/http.ts'
import type { Run } from './run.ts'

/** All that was gathered, without secrets. */
export function fileOf(run: Run): EvidenceFile {
  return {
    schema: 'latchkey-evidence/1',
    tool: `@latchkey/audit ${version}`,
    target: run.target,
    evidence: run.http.secrets.redactDeep(complete(run)),
    exchanges: run.http.secrets.redactDeep(run.http.exchanges),
    took: took(run.http),
    ...(run.options.expect && { expect: run.options.expect }),
  }
}

export function took({ requests, logins, budget, pace }: Http): Took {
  const seconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10
  return { requests, logins, seconds: seconds(budget.elapsed), waitedSeconds: seconds(pace.waited) }
}

/** Every member in its usual order; a step that never ran has failed. */
function complete({ gathered }: Run): Evidence {
  const missing = { status: 'failed', reason: 'it was not gathered' }
  const members = EVIDENCE_NAMES.map((name) => [name, gathered[name] ?? missing])
  return Object.fromEntries(members) as Evidence
}
