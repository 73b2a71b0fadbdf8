import type { Fault } from '../fault.ts'
import { onEachBackend } from './backends.ts'

/** The server dies without a word, and is started again. */
export const killed: readonly Fault[] = onEachBackend(
  'killed',
  'killed (SIGKILL), started again',
  ({ server }) => ({
    strike: () => server.kill(),
    heal: () => server.restart(),
  }),
)
