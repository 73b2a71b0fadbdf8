import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupResult, Result } from '../speed/results.ts'
import { storeBoundsOf } from './bounds.ts'
import { jwtGroup, storeGroups } from './groups.ts'
import { chosenOf } from './rows.ts'

const spread = (median: number) => ({ low: median, median, high: median })

function resultOf(framework: string, name: string, toFloor: number | null): Result {
  const row = { name, label: name, kind: 'latchkey' as const, floor: 'floor' }
  const ratios = toFloor === null ? null : { ratio: spread(toFloor), added: spread(0) }
  // What is asked is a share of the floor: the ratio to bare must not matter.
  return { framework, row, perSecond: 1, ratio: spread(0.1), added: spread(0), toFloor: ratios }
}

const groupOf = (framework: string, ...results: [name: string, toFloor: number | null][]): GroupResult => ({
  framework,
  bare: { perSecond: 1, cpu: 1 },
  results: results.map(([name, toFloor]) => resultOf(framework, name, toFloor)),
})

test('stores must reach 0.9 of their floor and the near cache 0.95 of memory, on node:http', () => {
  const bounds = storeBoundsOf([
    groupOf('node', ['latchkey-redis', 0.9], ['latchkey-ioredis', 0.89], ['latchkey-postgres', 0.91]),
    groupOf('node', ['latchkey-cached-redis', 0.95], ['latchkey-cached-postgres', 0.94]),
    groupOf('node', ['latchkey-mysql', 0.1], ['latchkey-redis', null]),
    groupOf('express', ['latchkey-redis', 0.1]),
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
  const measured = groupOf('node', ...node.map(({ name }) => [name, 1] as [string, number]))
  assert.equal(storeBoundsOf([measured]).length, 5)
})

test('chosen rows bring their floors', () => {
  const [group] = chosenOf(storeGroups, 'cached-postgres')
  assert.deepEqual(
    group?.rows.map(({ name }) => name),
    ['latchkey-memory', 'latchkey-cached-postgres'],
  )
  assert.deepEqual(chosenOf(storeGroups, 'nothing'), [])
})
