import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unprovenRows } from './standards.ts'

const files: Record<string, string> = {
  'a.test.ts': "test('holds', () => {})\n// 'is only mentioned'\n",
  'laws.ts': "  async 'law 1: holds'(store) {",
}
const row = (proof: string) => `| ID | asked | proof |\n|---|---|---|\n| 1.2 | something | ${proof} |\n`
const problemsOf = (proof: string) => unprovenRows(row(proof), (target) => files[target] ?? null)

test('a row is proved by the name of a test, or of a law', () => {
  assert.deepEqual(problemsOf('[holds](a.test.ts)'), [])
  assert.deepEqual(problemsOf('[law 1: holds](laws.ts) · [holds](a.test.ts)'), [])
})

test('a row without a test, with a file or a name that does not exist, is a problem', () => {
  assert.deepEqual(problemsOf('see the code'), ['1.2 names no test'])
  assert.deepEqual(problemsOf('[holds](b.test.ts)'), ['1.2: b.test.ts does not exist'])
  assert.deepEqual(problemsOf('[is only mentioned](a.test.ts)'), [
    '1.2: a.test.ts has no test "is only mentioned"',
  ])
  assert.deepEqual(problemsOf('[holds](a.test.ts) [hold](a.test.ts)'), ['1.2: a.test.ts has no test "hold"'])
})
