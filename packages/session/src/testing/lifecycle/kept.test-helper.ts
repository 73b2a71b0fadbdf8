import { readFileSync } from 'node:fs'
import type { Program, RequestStep, Settings, Step } from './step.ts'

/** A program that broke a law once, in a session layer with this fault. */
export interface Kept {
  readonly fault: string
  readonly program: Program
}

type Written = {
  readonly fault: string
  readonly program: Partial<Settings> & {
    readonly steps: readonly (Partial<Step> & { readonly do: Step['do'] })[]
  }
}

// What is left out of kept.json.
const settings: Settings = {
  limit: 'none',
  sealing: 'off',
  clients: false,
  tokenReuseEnds: 'session',
  clocks: 'one',
}
const request: RequestStep = {
  ...{ do: 'request', client: 0, loot: 0, process: 0, touch: false, deeds: [], isParallel: false },
  ...{ isEager: true, page: 'own', isUpgrade: false, sentAgo: 0, answer: 'at once' },
}

/**
 * Programs, and not seeds: what a seed means changes with every deed that is added. Whoever finds a new one adds what the
 * violation shows (`program`), as short as it was made.
 */
export const kept: readonly Kept[] = read().map(({ fault, program }) => {
  const steps = program.steps.map((step) => (step.do === 'request' ? { ...request, ...step } : step) as Step)
  return { fault, program: { ...settings, ...program, steps } }
})

function read(): readonly Written[] {
  return JSON.parse(readFileSync(new URL('kept.json', import.meta.url), 'utf8'))
}
