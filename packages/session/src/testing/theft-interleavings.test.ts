import { test } from 'node:test'
import fc from 'fast-check'
import type { SessionStore } from '../store.ts'
import { memoryStore } from '../stores/memory.ts'
import { sqliteStore } from '../stores/sqlite.ts'
import { honestSteps, theftSteps } from './theft-interleavings.arbitrary.ts'
import { playTheft, type TheftStep } from './theft-interleavings.ts'

const stores: Record<string, { make: () => SessionStore; runs: number; sealed?: boolean }> = {
  memory: { make: () => memoryStore(), runs: 5000 },
  sqlite: { make: () => sqliteStore(':memory:'), runs: 1500 },
  'memory, sealed': { make: () => memoryStore(), runs: 1500, sealed: true },
  'sqlite, sealed': { make: () => sqliteStore(':memory:'), runs: 500, sealed: true },
}

for (const [name, { make, runs, sealed = false }] of Object.entries(stores)) {
  const play = async (steps: TheftStep[]) => {
    const store = make()
    try {
      await playTheft(store, steps, { sealed })
    } finally {
      await store.close?.()
    }
  }
  test(`${name}: whatever the network does, one browser is never signed out by renewals`, async () => {
    await fc.assert(fc.asyncProperty(honestSteps, play), { numRuns: runs })
  })
  test(`${name}: a thief who uses a secret that was replaced is always found out`, async () => {
    await fc.assert(fc.asyncProperty(theftSteps, play), { numRuns: runs })
  })
}
