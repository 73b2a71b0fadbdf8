import type { Fault } from '../fault.ts'
import { onEachBackend } from './backends.ts'

/** Nobody listens where the store should be. */
export const refused: readonly Fault[] = [
  ...onEachBackend('absent', 'down when the application starts', ({ server }) => ({
    isDownAtStart: true,
    strike: () => server.kill(),
    heal: () => server.restart(),
  })),
  ...onEachBackend('stopped', 'stopped in order, started again', ({ server, stopInOrder }) => ({
    strike: stopInOrder,
    heal: () => server.restart(),
  })),
]
