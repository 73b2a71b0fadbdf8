import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns, halfOfThreads } from './password-turns.ts'

test('a few at a time, in order, and one that fails gives its place back', async () => {
  const inTurn = createTurns(2)
  const ends: (() => void)[] = []
  const begun: number[] = []
  const work = (n: number) =>
    inTurn(async () => {
      begun.push(n)
      await new Promise<void>((resolve) => ends.push(resolve))
      if (n % 2 === 0) throw new Error(`${n} failed`)
      return n
    })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const all = Promise.allSettled([0, 1, 2, 3, 4].map(work))
  for (const expected of [
    [0, 1],
    [0, 1, 2],
    [0, 1, 2, 3],
    [0, 1, 2, 3, 4],
  ]) {
    await turn()
    assert.deepEqual(begun, expected)
    ends.shift()?.()
  }
  await turn()
  ends.shift()?.()
  const outcomes = await all
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled', 'rejected', 'fulfilled', 'rejected'],
  )
  const late = [5, 7, 9].map(work)
  await turn()
  assert.deepEqual(begun.slice(5), [5, 7])
  for (const _ of late) {
    ends.shift()?.()
    await turn()
  }
  assert.deepEqual(await Promise.all(late), [5, 7, 9])
})

test('half of the threads, whatever the environment says', () => {
  const cases: [string | undefined, number][] = [
    [undefined, 2],
    ['', 1],
    ['many', 1],
    ['16', 8],
    ['5', 2],
    ['1', 1],
    ['0', 1],
    ['-3', 1],
    ['99999', 512],
  ]
  for (const [size, expected] of cases) assert.equal(halfOfThreads(size), expected, String(size))
})
