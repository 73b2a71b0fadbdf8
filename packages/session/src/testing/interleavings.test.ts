import { test } from 'node:test'
import fc from 'fast-check'
import type { SessionStore } from '../store.ts'
import { memoryStore } from '../stores/memory.ts'
import { sqliteStore } from '../stores/sqlite.ts'
import { steps } from './interleavings.arbitrary.ts'
import { playInterleaving } from './interleavings.ts'

const stores: Record<string, { make: () => SessionStore; runs: number; sealed?: boolean | 'half' }> = {
  memory: { make: () => memoryStore(), runs: 3000 },
  sqlite: { make: () => sqliteStore(':memory:'), runs: 1000 },
  'memory, sealed': { make: () => memoryStore(), runs: 1000, sealed: true },
  'memory, sealed by one process of two': { make: () => memoryStore(), runs: 1000, sealed: 'half' },
  'sqlite, sealed': { make: () => sqliteStore(':memory:'), runs: 300, sealed: true },
}

for (const [name, { make, runs, sealed = false }] of Object.entries(stores)) {
  test(`${name}: random requests of several browsers agree with the model`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const store = make()
        try {
          await playInterleaving(store, sequence, { sealed })
        } finally {
          await store.close?.()
        }
      }),
      { numRuns: runs },
    )
  })
}
