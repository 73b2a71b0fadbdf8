import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rationed } from './budget.ts'

const isRefused = { code: 'store_unavailable' }

test('one at a time, and after each a rest of nine times as long as it took', async (t) => {
  let time = 0
  t.mock.method(performance, 'now', () => time)
  const ends: (() => void)[] = []
  const confirm = rationed(() => new Promise<void>((resolve) => ends.push(resolve)))
  const first = confirm()
  await assert.rejects(confirm(), isRefused)
  time = 100
  ends.shift()?.()
  await first
  time = 999
  await assert.rejects(confirm(), isRefused)
  assert.equal(ends.length, 0)
  time = 1000
  const second = confirm()
  ends.shift()?.()
  await second
})

test('what fails has its rest too', async (t) => {
  let time = 0
  t.mock.method(performance, 'now', () => time)
  const confirm = rationed(async () => {
    time += 10
    throw new Error('connection reset')
  })
  await assert.rejects(confirm(), /connection reset/)
  await assert.rejects(confirm(), isRefused)
  time = 100
  await assert.rejects(confirm(), /connection reset/)
})
