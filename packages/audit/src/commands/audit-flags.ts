import type { Severity } from '../judging/check.ts'
import type { ActionFlags } from './action.ts'
import type { TargetFlags } from './options.ts'
import type { OutputFlags } from './outputs.ts'
import type { TimeoutFlags } from './timeouts.ts'

/** What `latchkey-audit <url>` takes, as commander hands it over. */
export interface AuditFlags extends TargetFlags, ActionFlags, OutputFlags, TimeoutFlags {
  readonly config?: string | false
  readonly expectSessions?: number
  readonly idSamples?: number
  readonly policy?: string
  readonly policyToken?: string
  readonly policyName?: string
  readonly baseline?: string
  readonly passive?: true
  readonly dryRun?: true
  readonly failOn: Severity | 'none'
  readonly allowInconclusive?: true
  readonly saveEvidence?: string
  readonly fromEvidence?: string
}
