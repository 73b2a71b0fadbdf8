import { AssertionError } from 'node:assert'
import { exitCodeOf } from '../commands/exit-code.ts'
import { readBaseline } from '../config/read-baseline.ts'
import { type ReadPolicyOptions, readPolicy } from '../config/read-policy.ts'
import { gather } from '../gathering/gather.ts'
import type { Baseline } from '../judging/accepted.ts'
import { withBaseline } from '../judging/baseline.ts'
import type { Report, Severity } from '../judging/check.ts'
import { judge } from '../judging/judge.ts'
import type { AuditOptions } from '../options/options.ts'
import { inPlainWords } from './in-plain-words.ts'

/** Those of an audit, and what counts as a failure. */
export interface SecureSessionsOptions extends Omit<AuditOptions, 'url'> {
  /** Fail for a finding that is this bad or worse. Default 'medium'. */
  readonly failOn?: Severity | 'none'
  /** Do not fail because a check of high severity, or one of what is declared, is undecided. Default false. */
  readonly allowInconclusive?: boolean
  /** Known findings: a file, or what is in one. */
  readonly baseline?: string | Baseline
  /** Address or file of the policy that the application declares; what `expect` says goes before it. */
  readonly policy?: string
  /** The token for that address. */
  readonly policyToken?: string
  /** Under which of its policies the account signs in. Default 'default'. */
  readonly policyName?: string
}

/** The sessions of a site are not what they should be. The message lists what was found, in words. */
export class InsecureSessionsError extends AssertionError {
  readonly report: Report
  constructor(report: Report, message: string, stackStartFn: typeof expectSecureSessions) {
    super({ message, operator: 'expectSecureSessions', stackStartFn })
    this.name = 'InsecureSessionsError'
    this.report = report
    // Newer Nodes say in it how a comparison is to be shown, and Vitest shows the word itself.
    Reflect.deleteProperty(this, 'diff')
  }
}

/**
 * Audits a running site as `latchkey-audit` does, and throws where that would exit with 1, 3, 4 or 5. Give the test the time
 * that an audit takes, half a minute as a rule.
 * @returns the report
 * @throws InsecureSessionsError an AssertionError with the report
 * @throws AuditError when the audit could not be done
 */
export async function expectSecureSessions(
  url: string,
  options: SecureSessionsOptions = {},
): Promise<Report> {
  const { failOn = 'medium', allowInconclusive, baseline, policy, policyToken, policyName, ...rest } = options
  const known = typeof baseline === 'string' ? await readBaseline(baseline) : baseline
  const declared = policy === undefined ? {} : await readPolicy(policy, policyOptions(options))
  const expect = { ...declared, ...rest.expect }
  const file = await gather({ ...rest, url, ...(Object.keys(expect).length > 0 ? { expect } : {}) })
  const judged = judge(file, { finishedAt: new Date().toISOString() })
  const report = known ? withBaseline(judged, known) : judged
  const flags = { failOn, ...(allowInconclusive ? { allowInconclusive } : {}) } as const
  const code = exitCodeOf(report, flags)
  if (code === 0) return report
  throw new InsecureSessionsError(report, inPlainWords(report, code, failOn), expectSecureSessions)
}

function policyOptions({
  policyToken,
  policyName,
  insecure,
  timeout,
}: SecureSessionsOptions): ReadPolicyOptions {
  return {
    ...(policyToken === undefined ? {} : { token: policyToken }),
    ...(policyName === undefined ? {} : { name: policyName }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(timeout === undefined ? {} : { timeout }),
  }
}
