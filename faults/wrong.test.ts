// Does the harness see what is wrong? Each planted mistake is one that a session library has been seen to make.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Fault, withSettings } from './fault.ts'
import type { WrongKind } from './findings.ts'
import { faults } from './list.ts'
import { measure } from './measure.ts'
import { problemsOf } from './outcome.ts'
import { testLoad } from './test-load.ts'
import { type WrongName, wrongNames } from './wrong.ts'

interface Expected {
  /** The fault under which it shows. */
  readonly fault: string
  readonly kinds: readonly WrongKind[]
}

const expected: Readonly<Record<WrongName, Expected>> = {
  recreates: { fault: 'killed-ioredis', kinds: ['let in after its end', 'write after the end'] },
  answersLogoutUnreached: { fault: 'readonly-ioredis', kinds: ['let in after its end'] },
  errorsAreVisitors: { fault: 'killed-ioredis', kinds: ['signed out without an end'] },
  servesOldCopies: { fault: 'paused-ioredis', kinds: ['let in unasked'] },
  cachesForLong: { fault: 'cache-cut-ioredis', kinds: ['let in after its end'] },
  writesLater: { fault: 'killed-ioredis', kinds: ['value lost'] },
  rejectsUnheard: { fault: 'killed-ioredis', kinds: ['unhandled error'] },
  restoresWhatItLost: { fault: 'killed-ioredis', kinds: ['let in after its end'] },
  listsTooLittle: { fault: 'killed-ioredis', kinds: ['missing in the list'] },
}

const mostAttempts = 3

describe('the harness finds an application that', { concurrency: 4 }, () => {
  for (const wrong of wrongNames()) {
    test(wrong, async () => {
      const { fault, kinds } = expected[wrong]
      const mistaken = withSettings(faultOf(fault), (settings) => ({ ...settings, wrong }))
      // Browsers do what chance says, and not every run brings a mistake to light.
      let missing: readonly WrongKind[] = kinds
      for (let attempt = 0; attempt < mostAttempts && missing.length > 0; attempt++) {
        const outcome = await measure(mistaken, testLoad)
        const seen = new Set(outcome.findings.wrongs.map(({ kind }) => kind))
        missing = kinds.filter((kind) => !seen.has(kind))
        if (missing.length === 0) assert.notDeepEqual(problemsOf(outcome), [])
      }
      assert.deepEqual(missing, [])
    })
  }
})

function faultOf(id: string): Fault {
  const fault = faults.find((each) => each.id === id)
  assert.ok(fault)
  return fault
}
