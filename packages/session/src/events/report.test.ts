import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionError } from '../errors.ts'
import { createReport } from './report.ts'

function reporting() {
  const told: string[] = []
  const clock = { now: 0 }
  const report = createReport(
    (message) => void told.push(message),
    () => clock.now,
  )
  return { told, clock, report }
}

test('an error of the server’s is told once a minute, whatever its cause is then', () => {
  const { told, clock, report } = reporting()
  const down = (cause: unknown) => report(new SessionError('store_unavailable', 'Try again.', { cause }))
  down(new Error('connect ECONNREFUSED'))
  down(new Error('read ECONNRESET'))
  clock.now = 59_999
  down(new Error('read ECONNRESET'))
  assert.deepEqual(told, ['latchkey: store_unavailable: Try again. Cause: connect ECONNREFUSED'])
  clock.now = 60_000
  down(new AggregateError([new Error('::1'), new Error('127.0.0.1')]))
  assert.equal(told[1], 'latchkey: store_unavailable: Try again. Cause: ::1; 127.0.0.1')
})

test('mistakes in the code are told one by one', () => {
  const { told, report } = reporting()
  for (const key of ['a', 'b', 'a']) report(new SessionError('value_not_json', `${key} is a function.`))
  assert.deepEqual(told, [
    'latchkey: value_not_json: a is a function.',
    'latchkey: value_not_json: b is a function.',
  ])
})

test('what is the request’s fault, or none of ours, is not told', () => {
  const { told, report } = reporting()
  for (const error of [
    new SessionError('session_ended', 'x'),
    new SessionError('record_too_large', 'x'),
    new Error('x'),
    null,
  ])
    report(error)
  assert.deepEqual(told, [])
})

test('a long cause is cut, and many kinds take no memory', () => {
  const { told, report } = reporting()
  report(new SessionError('store_unavailable', 'x', { cause: new Error('y'.repeat(10_000)) }))
  assert.ok((told[0]?.length ?? 0) < 400)
  for (let n = 0; n < 1000; n++) report(new SessionError('value_not_json', String(n)))
  assert.equal(told.length, 1001)
  report(new SessionError('value_not_json', '0'))
  assert.equal(told.length, 1002, 'kinds beyond the bound are forgotten')
})
