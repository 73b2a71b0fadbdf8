import { setTimeout as wait } from 'node:timers/promises'
import { AuditError } from '../../options/errors.ts'
import type { Wire } from './wire.ts'

const LOOK = 50
/** So long without a request a page is thought to be done with what it was doing. */
const QUIET = 300

/** How long a page is waited for, and by whom that is ended. */
export interface Patience {
  readonly limit: number
  readonly signal: AbortSignal | undefined
}

/** Waits until something is there; null when it is not within the limit. Throws `aborted`, and what the wire says. */
export async function until<T>(
  wire: Wire,
  patience: Patience,
  look: () => Promise<T | null>,
): Promise<T | null> {
  const end = performance.now() + patience.limit
  for (;;) {
    if (patience.signal?.aborted) throw new AuditError('aborted', 'the audit was stopped')
    if (wire.error) throw wire.error
    const found = await look()
    if (found !== null || performance.now() > end) return found
    await wait(LOOK)
  }
}

/** Waits until the page asks for nothing more. */
export async function settled(wire: Wire, patience: Patience): Promise<void> {
  await until(wire, patience, async () =>
    wire.open === 0 && performance.now() - wire.lastAt > QUIET ? true : null,
  )
}
