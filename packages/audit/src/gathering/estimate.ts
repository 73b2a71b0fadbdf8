import type { AuditOptions } from '../options/options.ts'
import { stepsFor } from './order.ts'
import { type Step, told } from './step.ts'

/** Once these are done it is known how fast the site answers, and how much of its plan a step takes. */
const TELLING = 'carrier'

/**
 * Seconds that the steps from this one on may take: as much for each planned request as the ones before it took. Null
 * while too little was done to tell.
 */
export function secondsLeft(
  options: AuditOptions,
  url: URL,
  next: Step['step'],
  elapsed: number,
): number | null {
  const planned = stepsFor(options).filter(({ skip }) => skip(options, url) === null)
  const requests = (steps: readonly Step[]) =>
    steps.reduce((sum, { requests }) => sum + told(requests, options), 0)
  const at = planned.findIndex(({ step }) => step === next)
  const telling = planned.findIndex(({ step }) => step === TELLING)
  if (at < 0 || telling < 0 || at <= telling) return null
  const [done, left] = [requests(planned.slice(0, at)), requests(planned.slice(at))]
  return Math.ceil(((elapsed / done) * left) / 1000)
}
