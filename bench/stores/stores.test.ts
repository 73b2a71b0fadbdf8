import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupResult, Result } from '../speed/results.ts'
import { storeBoundsOf } from './bounds.ts'
import { jwtGroup, storeGroups } from './groups.ts'
import { chosenOf } from './rows.ts'

const spread = (median: number) => ({ low: median, median, high: median })

/** A row that takes so much CPU beyond its floor, with that share of its throughput. */
function resultOf(framework: string, name: string, added: number | null, ratio = 0.1): Result {
  const row = { name, label: name, kind: 'latchkey' as const, floor: 'floor' }
  const toFloor = added === null ? null : { ratio: spread(ratio), added: spread(added) }
  // What is asked is a share of the floor: what the row adds to bare must not matter.
  return { framework, row, perSecond: 1, ratio: spread(0.1), added: spread(99), toFloor }
}

const groupOf = (framework: string, ...results: Result[]): GroupResult => ({
  framework,
  bare: { perSecond: 1, cpu: 1 },
  results,
})

test('stores may add 1.3 of what the layer adds in memory, and the near cache reaches 0.95 of it, on node:http', () => {
  const added = (name: string, added: number | null) => resultOf('node', `latchkey-${name}`, added)
  const cached = (name: string, ratio: number) => resultOf('node', `latchkey-cached-${name}`, 0, ratio)
  const bounds = storeBoundsOf([
    groupOf('node', added('memory', 10), added('redis', 13), added('postgres', 13.1), added('mysql', 1)),
    groupOf('node', cached('redis', 0.95), cached('postgres', 0.94)),
    groupOf('node', added('memory', 10), added('redis', null)),
    groupOf('node', added('redis', 99)),
    groupOf('express', resultOf('express', 'latchkey-memory', 1), resultOf('express', 'latchkey-redis', 99)),
  ])
  assert.deepEqual(
    bounds.map(({ met }) => met),
    [true, false, true, true, false],
  )
})

test('every row has its floor in its group, and every bound is measured', () => {
  for (const { framework, rows } of [...storeGroups, jwtGroup]) {
    const names = rows.map(({ name }) => name)
    assert.equal(new Set(names).size, names.length, framework)
    for (const { floor } of rows) assert.ok(floor === undefined || names.includes(floor), floor)
  }
  const node = storeGroups.filter(({ framework }) => framework === 'node').flatMap(({ rows }) => rows)
  const measured = groupOf('node', ...node.map(({ name }) => resultOf('node', name, 1)))
  assert.equal(storeBoundsOf([measured]).length, 7)
})

test('chosen rows bring their floors', () => {
  const [group] = chosenOf(storeGroups, 'cached-postgres')
  assert.deepEqual(
    group?.rows.map(({ name }) => name),
    ['header', 'latchkey-memory', 'latchkey-cached-postgres'],
  )
  assert.deepEqual(chosenOf(storeGroups, 'nothing'), [])
})
