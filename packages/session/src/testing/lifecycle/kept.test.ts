import { test } from 'node:test'
import { memoryStore } from '../../stores/memory/memory.ts'
import { kept } from './kept.test-helper.ts'
import { playLifecycle } from './play.ts'
import { createLane } from './running/lane.ts'

// Each of them shows a fault that the session layer had, or could have: test/mutants/lifecycle.ts plants them.
for (const { fault, program } of kept) {
  test(fault, async () => {
    const lane = createLane(memoryStore())
    await playLifecycle(lane, program)
    await lane.close()
  })
}
