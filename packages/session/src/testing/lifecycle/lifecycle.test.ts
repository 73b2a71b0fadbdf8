import { test } from 'node:test'
import fc from 'fast-check'
import { memoryStore } from '../../stores/memory.ts'
import { sqliteStore } from '../../stores/sqlite.ts'
import { createLane } from './lane.ts'
import { playLifecycle } from './play.ts'
import { programs } from './program.arbitrary.ts'

const lanes = {
  memory: () => createLane(memoryStore()),
  sqlite: () => createLane(sqliteStore(':memory:')),
}

for (const [name, make] of Object.entries(lanes)) {
  test(`${name}: whatever happens in whatever order, the laws hold`, async () => {
    const lane = make()
    await fc.assert(
      fc.asyncProperty(programs, async (program) => {
        await playLifecycle(lane, program)
      }),
      { numRuns: Number(process.env.RUNS ?? 10_000) },
    )
    await lane.close()
  })
}
