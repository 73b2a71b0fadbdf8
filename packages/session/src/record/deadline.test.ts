import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSessionError, SessionError } from '../errors.ts'
import { createDeadline } from './deadline.ts'

const unavailable = (message: RegExp) => (error: unknown) =>
  isSessionError(error) && error.code === 'store_unavailable' && message.test(error.message)

test('an answer passes through, and leaves nothing running', async () => {
  const withDeadline = createDeadline(1000)
  assert.equal(await withDeadline('read', async () => 7), 7)
})

test('what is answered without a promise passes through as it is', () => {
  assert.equal(
    createDeadline(1000)('read', () => 7),
    7,
  )
})

test('a failure becomes store_unavailable with its cause; a session error stays what it is', async () => {
  const withDeadline = createDeadline(1000)
  const cause = new Error('connection refused')
  await assert.rejects(
    withDeadline('read', () => Promise.reject(cause)),
    (error) => unavailable(/read failed/)(error) && (error as Error).cause === cause,
  )
  const thrown = () => {
    throw cause
  }
  assert.throws(() => withDeadline('read', thrown), unavailable(/read failed/))
  const full = new SessionError('store_full', 'full')
  await assert.rejects(
    withDeadline('create', () => Promise.reject(full)),
    full,
  )
})

test('what does not answer is given up, each operation by its own start', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let time = 0
  t.mock.method(performance, 'now', () => time)
  const withDeadline = createDeadline(1000)
  const first = withDeadline('read', () => new Promise(() => undefined))
  const outcome: string[] = []
  first.catch(() => outcome.push('first'))
  time = 750
  t.mock.timers.tick(750)
  const second = withDeadline('update', () => new Promise(() => undefined))
  second.catch(() => outcome.push('second'))
  time = 1000
  t.mock.timers.tick(250)
  await assert.rejects(first, unavailable(/read did not answer within 1000 ms/))
  assert.deepEqual(outcome, ['first'])
  time = 1750
  t.mock.timers.tick(750)
  await assert.rejects(second, unavailable(/update did not answer/))
})
