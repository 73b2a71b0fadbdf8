import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLine } from './line.ts'

const busy = () => Object.assign(new Error('database is locked'), { errcode: 5 | (2 << 8) })

/** Attempts that fail for as long as another process has the lock. */
function lockable() {
  const state = { isLocked: true, attempts: new Map<string, number>(), done: [] as string[] }
  const attempt = (name: string) => () => {
    state.attempts.set(name, (state.attempts.get(name) ?? 0) + 1)
    if (state.isLocked) throw busy()
    state.done.push(name)
    return name
  }
  return { state, attempt }
}

test('what nobody locks is done at once, and fails as it fails', () => {
  const line = createLine(1000)
  assert.equal(
    line(() => 7),
    7,
  )
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 })
  assert.throws(
    () =>
      line(() => {
        throw full
      }),
    full,
  )
})

test('one asks for all whether the lock is free, and the order stays', async () => {
  const line = createLine(10_000)
  const { state, attempt } = lockable()
  const names = Array.from({ length: 20 }, (_, n) => `n${n}`)
  const answers = Promise.all(names.map((name) => line(attempt(name))))
  while ((state.attempts.get('n0') ?? 0) < 5) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(state.attempts.size, 1)
  state.isLocked = false
  assert.deepEqual(await answers, names)
  assert.deepEqual(state.done, names)
  assert.equal(line(attempt('next')), 'next', 'the line is over')
})

test('who waited too long is refused, all of them at their own time, and what fails otherwise fails alone', async () => {
  const line = createLine(30)
  const { state, attempt } = lockable()
  const refused = Array.from({ length: 20 }, (_, n) => line(attempt(`n${n}`)))
  for (const answer of refused)
    await assert.rejects(async () => answer, { code: 'store_unavailable', message: /busyTimeout/ })
  assert.deepEqual(state.done, [])
  const first = line(attempt('first'))
  const broken = line(() => {
    throw new Error('broken')
  })
  const last = line(attempt('last'))
  state.isLocked = false
  await assert.rejects(async () => broken, /broken/)
  assert.deepEqual(await Promise.all([first, last]), ['first', 'last'])
})
