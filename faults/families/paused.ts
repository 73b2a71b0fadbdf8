import type { Fault } from '../fault.ts'
import { onEachBackend } from './backends.ts'

/** The server hangs: connections stay open, and nothing is answered for longer than the deadline. */
export const paused: readonly Fault[] = onEachBackend('paused', 'hangs (SIGSTOP), goes on', ({ server }) => ({
  strike: () => server.pause(),
  heal: () => server.resume(),
}))
