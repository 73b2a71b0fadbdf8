import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundsOf } from './bounds.ts'
import type { Group } from './groups.ts'
import { keyOf, type Rounds } from './measure.ts'
import { resultsOf } from './results.ts'

const rows: Group['rows'] = [
  { name: 'header', label: 'floor', kind: 'floor' },
  { name: 'latchkey-memory', label: 'memory', kind: 'latchkey-memory' },
  { name: 'latchkey-sqlite', label: 'SQLite', kind: 'latchkey-sqlite' },
  { name: 'peer', label: 'peer', kind: 'peer' },
]

/** Rounds in which bare takes 10 µs, reading a header 13, and the others what is given. */
function roundsOf(framework: string, memory: number, sqlite: number): Rounds {
  const pair = (cpu: number) => ({
    own: { cpu, perSecond: 1_000_000 / cpu },
    bare: { cpu: 10, perSecond: 100_000 },
  })
  const pairs = {
    header: pair(13),
    'latchkey-memory': pair(memory),
    'latchkey-sqlite': pair(sqlite),
    peer: pair(99),
  }
  return new Map(Object.entries(pairs).map(([name, each]) => [keyOf(framework, name), [each, each, each]]))
}

const verdicts = (framework: string, memory: number, sqlite: number) =>
  boundsOf(resultsOf([{ framework, rows }], roundsOf(framework, memory, sqlite))).map(({ met }) => met)

test('on node:http everything counts from the bare server', () => {
  assert.deepEqual(verdicts('node', 11, 30), [true, true, true])
  assert.deepEqual(verdicts('node', 15, 31), [true, false, false])
  assert.deepEqual(verdicts('node', 16, 30), [false, false, true])
})

test('on a framework it counts from the server that reads one header', () => {
  assert.deepEqual(verdicts('hono', 14, 33), [true, true, true])
  assert.deepEqual(verdicts('hono', 17, 34), [true, false, false])
  assert.deepEqual(verdicts('hono', 19, 33), [false, false, true])
})
