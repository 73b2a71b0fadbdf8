import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Fault } from './fault.ts'
import { faults } from './list.ts'
import { measure } from './measure.ts'
import { problemsOf } from './outcome.ts'
import { testLoad } from './test-load.ts'

/**
 * One test for each chosen fault, with less load than the command's.
 * @param concurrency how many run beside each other; those that share a server must not
 */
export function testFaults(name: string, isChosen: (fault: Fault) => boolean, concurrency: number): void {
  describe(name, { concurrency }, () => {
    for (const fault of faults.filter(isChosen)) {
      test(`${fault.id}: ${fault.title}`, async () => {
        assert.deepEqual(problemsOf(await measure(fault, testLoad)), [])
      })
    }
  })
}
