import type { Load } from './traffic.ts'

/** Enough to see what is wrong, and no more: the command's load is larger. */
export const testLoad: Load = { browsers: 4, refusals: 2, answers: 20, thinking: 5, seed: 1 }
