import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import { cached } from '../stores/cached/cached.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { createDeadline } from './deadline.ts'
import { after, every } from './timer.ts'

const day = 86_400_000

test('a timer waits as long as it is told, also where Node would wait for a millisecond', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  for (const interval of [2 ** 31 - 1, 2 ** 31, 30 * day, 365 * day]) {
    let calls = 0
    const timer = every(interval, () => calls++)
    for (let waited = 0; waited + day < interval; waited += day) t.mock.timers.tick(day)
    assert.equal(calls, 0, `${interval} ms were not over`)
    t.mock.timers.tick(day)
    assert.equal(calls, 1)
    timer.stop()
    t.mock.timers.tick(2 * interval)
    assert.equal(calls, 1, 'it went on after its end')
  }
})

test('no wait that Node cannot keep is asked of it, and every turn counts', (t) => {
  const asked: number[] = []
  const turns: (() => void)[] = []
  t.mock.method(globalThis, 'setInterval', (turn: () => void, wait: number) => {
    asked.push(wait)
    turns.push(turn)
    return { unref: () => undefined }
  })
  t.mock.method(globalThis, 'clearInterval', () => undefined)
  let calls = 0
  every(100 * day, () => calls++)
  const [wait = 0] = asked
  assert.ok(wait < 2 ** 31)
  const perCall = Math.round((100 * day) / wait)
  assert.ok(perCall * wait >= 100 * day)
  for (let n = 1; n <= 3 * perCall; n++) {
    turns[0]?.()
    assert.equal(calls, Math.floor(n / perCall))
  }
})

test('what is to happen once happens once', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const happened: string[] = []
  after(1000, () => happened.push('kept'))
  after(1000, () => happened.push('stopped')).stop()
  t.mock.timers.tick(999)
  assert.deepEqual(happened, [])
  t.mock.timers.tick(5000)
  assert.deepEqual(happened, ['kept'])
})

test('sweeping, heartbeats and deadlines of a year ask Node for nothing that it cannot keep', async (t) => {
  const asked: number[] = []
  const { setInterval } = globalThis
  t.mock.method(globalThis, 'setInterval', (turn: () => void, wait: number) => {
    asked.push(wait)
    return setInterval(turn, wait)
  })
  const store = cached(memoryStore(), { maxStale: '1s', heartbeat: '365d' })
  const sessions = createSessions({ store, sweepInterval: '365d' })
  const { promise, resolve } = Promise.withResolvers<void>()
  const answer = createDeadline(365 * day)('update', () => promise)
  assert.equal(asked.length, 3)
  assert.ok(asked.every((wait) => wait < 2 ** 31))
  resolve()
  await Promise.all([answer, sessions.close()])
})
