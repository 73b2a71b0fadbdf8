import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
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

/** A deadline whose clock and timer the test moves, as they move when the process stands still or runs. */
function onClock(t: TestContext, timeout = 1000) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let time = 0
  t.mock.method(performance, 'now', () => time)
  const outcome = new Map<string, string>()
  const withDeadline = createDeadline(timeout)
  const turns = async () => {
    for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    outcome,
    withDeadline,
    now: () => time,
    /** Starts an operation; the returned function answers it. */
    start(name: string, since?: number) {
      const { promise, resolve } = Promise.withResolvers<void>()
      withDeadline('update', () => promise, since).then(
        () => outcome.set(name, 'answered'),
        () => outcome.set(name, 'given up'),
      )
      return resolve
    },
    async run(ms: number) {
      await turns()
      for (let at = 0; at < ms; at += timeout / 4) {
        time += timeout / 4
        t.mock.timers.tick(timeout / 4)
        await turns()
      }
    },
    /** The process is stopped. When it goes on, what is due happens once, before anything that has arrived. */
    async pause(ms: number, arrived: () => void = () => undefined) {
      time += ms
      t.mock.timers.tick(timeout / 4)
      setImmediate(arrived)
      await turns()
    },
  }
}

test('what does not answer is given up, each operation by its own start', async (t) => {
  const { start, run, outcome, withDeadline } = onClock(t)
  start('first')
  await run(750)
  start('second')
  await run(250)
  assert.deepEqual([...outcome], [['first', 'given up']])
  const third = withDeadline('read', () => new Promise(() => undefined))
  third.catch(() => undefined)
  await run(750)
  assert.equal(outcome.get('second'), 'given up')
  await run(250)
  await assert.rejects(third, unavailable(/read did not answer within 1000 ms/))
})

test('time in which the process stood still counts for nobody', async (t) => {
  const { start, run, pause, outcome } = onClock(t)
  const answer = start('first')
  await run(500)
  start('second')
  await pause(60_000)
  assert.deepEqual([...outcome], [])
  answer()
  await run(500)
  assert.deepEqual([...outcome], [['first', 'answered']])
  await run(250)
  assert.equal(outcome.get('second'), 'given up', 'one that is never answered is given up all the same')
})

test('what had arrived while the process stood still is taken before anything is given up', async (t) => {
  const { start, run, pause, outcome } = onClock(t)
  const answer = start('late')
  await run(750)
  await pause(60_000, answer)
  assert.deepEqual([...outcome], [['late', 'answered']])
})

test('a pause before an operation gives it no time', async (t) => {
  const { start, run, pause, outcome } = onClock(t)
  start('before')
  await pause(60_000)
  start('after')
  await run(1000)
  assert.equal(outcome.get('after'), 'given up')
})

test('operations can share the time of one', async (t) => {
  const { start, run, outcome, withDeadline, now } = onClock(t)
  const since = now()
  const answer = start('first', since)
  await run(750)
  answer()
  start('second', since)
  await run(250)
  assert.deepEqual(
    [...outcome],
    [
      ['first', 'answered'],
      ['second', 'given up'],
    ],
  )
  let isAsked = false
  assert.throws(
    () =>
      withDeadline(
        'delete',
        async () => {
          isAsked = true
        },
        since,
      ),
    unavailable(/delete was not begun/),
  )
  assert.equal(isAsked, false)
})

test('a pause takes nothing of the time that operations share', async (t) => {
  const { start, run, pause, outcome, now } = onClock(t)
  const since = now()
  const answer = start('first', since)
  await pause(60_000, answer)
  const second = start('second', since)
  await run(500)
  second()
  await run(250)
  assert.deepEqual([...outcome.values()], ['answered', 'answered'])
})

test('the error of a change does not say that nothing happened', async () => {
  const withDeadline = createDeadline(1000)
  const fails = () => Promise.reject(new Error('connection reset'))
  for (const operation of ['create', 'update', 'delete', 'deleteAll'] as const)
    await assert.rejects(withDeadline(operation, fails), unavailable(/not known whether/))
  for (const operation of ['read', 'list'] as const)
    await assert.rejects(withDeadline(operation, fails), unavailable(/Nobody was let in or signed out/))
})
