import { every } from '../deadline/timer.ts'
import { type Duration, parseDuration } from '../policies/duration.ts'
import type { SessionStore } from '../store.ts'
import { createVouchedTime } from './vouched-time.ts'

/**
 * Removes ended records in the background. Never keeps the process alive; a failure is a warning.
 * @param elapsed milliseconds on a clock that never jumps; a `now` that jumps ahead of it removes nothing for an hour
 */
export function startSweeping(
  store: SessionStore,
  interval: Duration | false,
  now: () => number,
  warn: (message: string) => void,
  elapsed: () => number = () => performance.now(),
): { stop(): void } {
  if (interval === false || !store.sweep) return { stop() {} }
  const vouchedTime = createVouchedTime(now, elapsed)
  let running = false

  async function sweep(): Promise<void> {
    if (running) return
    running = true
    try {
      const time = vouchedTime()
      if (Number.isFinite(time)) await store.sweep?.(time)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      warn(`latchkey: ended sessions could not be removed, which will be tried again: ${reason}`)
    }
    running = false
  }

  return every(parseDuration(interval, 'sweepInterval'), () => void sweep())
}
