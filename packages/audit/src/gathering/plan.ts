import { checkOptions } from '../options/check-options.ts'
import { makesLogins } from '../options/makes-logins.ts'
import type { AuditOptions } from '../options/options.ts'
import { stepsFor } from './order.ts'
import { told } from './step.ts'

/** A step that an audit would take. */
export interface PlannedStep {
  readonly step: string
  /** Most requests it takes on a usual site. */
  readonly requests: number
  readonly logins: number
  readonly describes: string
}

/** The steps that `gather` would take with these options. Sends nothing. Throws AuditError `usage`. */
export function plan(options: AuditOptions): PlannedStep[] {
  const url = checkOptions(options)
  return stepsFor(options)
    .filter(({ skip }) => skip(options, url) === null)
    .map(({ step, requests, logins, describes }) => ({
      step,
      requests: told(requests, options),
      logins: makesLogins(options) ? told(logins, options) : 0,
      describes: told(describes, options),
    }))
}
