import type { AuditOptions } from '../options/options.ts'
import { evidenceOf } from '../probes/timeouts/state.ts'
import { probeTimeouts } from '../probes/timeouts/timeouts.ts'
import { contextOf, note, type Run } from './run.ts'

/** Leaves sessions unused, and uses others, until they end; what is not seen by then is for a later run. */
export async function timeouts(run: Run): Promise<void> {
  const { now, wait, tell } = run
  run.timed = await probeTimeouts(contextOf(run), { now, wait, tell })
  note(run, 'timeouts', evidenceOf(run.timed))
}

export const TIMES_NOT_NAMED =
  'no time was named after which a session must have ended; --idle-timeout and --absolute-timeout name one'

export function isTimed({ idleTimeout, absoluteTimeout }: AuditOptions): boolean {
  return idleTimeout !== undefined || absoluteTimeout !== undefined
}
