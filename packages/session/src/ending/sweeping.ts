import { type Duration, parseDuration } from '../policies/duration.ts'
import type { SessionStore } from '../store.ts'

/** Removes ended records in the background. Never keeps the process alive; a failure is a warning. */
export function startSweeping(
  store: SessionStore,
  interval: Duration | false,
  now: () => number,
  warn: (message: string) => void,
): { stop(): void } {
  if (interval === false || !store.sweep) return { stop() {} }
  let running = false
  const timer = setInterval(
    async () => {
      if (running) return
      running = true
      try {
        await store.sweep?.(now())
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        warn(`latchkey: ended sessions could not be removed, which will be tried again: ${reason}`)
      }
      running = false
    },
    parseDuration(interval, 'sweepInterval'),
  ).unref()
  return { stop: () => clearInterval(timer) }
}
