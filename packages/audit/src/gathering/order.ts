import { makesLogins } from '../options/makes-logins.ts'
import type { AuditOptions } from '../options/options.ts'
import { type Step, told } from './step.ts'
import { STEPS } from './steps.ts'

/** What checks of high severity rest on, and what costs logins, in the order in which few logins are spent on them. */
const SERIOUS: readonly Step['step'][] = ['fixation', 'logout', 'idInUrl']
/** Gives sessions to the steps after it, so that it comes first where logins are not few; itself it shows less. */
const GENEROUS: Step['step'] = 'concurrentSessions'
/** Before the serious ones only so that their logins serve it too. */
const LESS: Step['step'] = 'loginCsrf'
const LAST_SERIOUS: Step['step'] = 'reauthentication'

/**
 * The steps in the order in which an audit with these options takes them. Where the budget may not do for all of them,
 * those come first that checks of higher severity rest on.
 */
export function stepsFor(options: AuditOptions): readonly Step[] {
  return isSmall(options) ? BY_SEVERITY : STEPS
}

/** Whether the budget may be spent before the last of the serious steps. */
function isSmall(options: AuditOptions): boolean {
  if (options.passive || !makesLogins(options)) return false
  const { maxLogins = Infinity, maxRequests = Infinity } = options
  const until = STEPS.slice(0, STEPS.findIndex(({ step }) => step === 'idInUrl') + 1)
  const sum = (what: 'logins' | 'requests') =>
    until.reduce((most, each) => most + told(each[what], options), 0)
  return maxLogins < sum('logins') || maxRequests < sum('requests')
}

const BY_SEVERITY: readonly Step[] = bySeverity()

function bySeverity(): Step[] {
  const named = (name: Step['step']) => STEPS.filter(({ step }) => step === name)
  const moved = new Set<Step['step']>([...SERIOUS, GENEROUS, LESS])
  const rest = STEPS.filter(({ step }) => !moved.has(step))
  return rest.flatMap((step) => {
    if (step.step === 'carrier') return [step, ...SERIOUS.flatMap(named)]
    return step.step === LAST_SERIOUS ? [step, ...named(GENEROUS), ...named(LESS)] : [step]
  })
}
