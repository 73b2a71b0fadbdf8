import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSessionError } from '../errors.ts'
import { type Duration, parseDuration } from './duration.ts'
import { createPolicy, expiryOf, isTouchDue, judge } from './policy.ts'

const refused = (message: RegExp) => (error: unknown) =>
  isSessionError(error) && error.code === 'config_invalid' && message.test(error.message)

test('durations are milliseconds or a number with a unit', () => {
  const cases: [Duration, number][] = [
    [1500, 1500],
    ['250ms', 250],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1.5h', 5_400_000],
    ['30d', 2_592_000_000],
  ]
  for (const [text, ms] of cases) assert.equal(parseDuration(text, 'idleTimeout'), ms)
  for (const wrong of [
    '',
    '30',
    '30 m',
    'm',
    '-5m',
    '1w',
    '1e3s',
    Number.NaN,
    0,
    -1,
    Number.POSITIVE_INFINITY,
    null,
    {},
  ]) {
    assert.throws(() => parseDuration(wrong as Duration, 'idleTimeout'), refused(/idleTimeout: .*'30m'/))
  }
})

test('an idle timeout beyond the absolute one is refused', () => {
  assert.throws(
    () => createPolicy('default', { idleTimeout: '9h' }),
    refused(/idleTimeout .* longer than absoluteTimeout/),
  )
})

test('the defaults are 30 minutes and 8 hours', () => {
  const { idleTimeout, absoluteTimeout, touchInterval } = createPolicy('default', {})
  assert.deepEqual([idleTimeout, absoluteTimeout, touchInterval], [1_800_000, 28_800_000, 60_000])
})

test('a session is live exactly until the first of its ends', () => {
  const times = fc.record({
    createdAt: fc.nat(1000),
    authenticatedFor: fc.option(fc.nat(1000)),
    seenFor: fc.nat(1000),
    idleTimeout: fc.integer({ min: 1, max: 1000 }),
    more: fc.nat(1000),
    at: fc.nat(5000),
  })
  fc.assert(
    fc.property(times, ({ createdAt, authenticatedFor, seenFor, idleTimeout, more, at }) => {
      const policy = createPolicy('p', { idleTimeout, absoluteTimeout: idleTimeout + more })
      const authenticatedAt = authenticatedFor === null ? null : createdAt + authenticatedFor
      const record = { createdAt, authenticatedAt, lastSeenAt: (authenticatedAt ?? createdAt) + seenFor }
      const expiresAt = expiryOf(record, policy)
      assert.equal(judge({ ...record, expiresAt }, policy, at) === 'live', at < expiresAt)
      // Whatever a store says later than the policy allows changes nothing.
      assert.equal(judge({ ...record, expiresAt: expiresAt + 1e6 }, policy, at) === 'live', at < expiresAt)
    }),
  )
})

test('a time that is no number is none at which a session lives', () => {
  const policy = createPolicy('p', {})
  const times = { createdAt: 0, authenticatedAt: 0, lastSeenAt: 0, expiresAt: 1_800_000 }
  assert.equal(judge(times, policy, 1), 'live')
  assert.notEqual(judge(times, policy, Number.NaN), 'live')
  for (const name of ['authenticatedAt', 'lastSeenAt', 'expiresAt'])
    assert.notEqual(judge({ ...times, [name]: Number.NaN }, policy, 1), 'live', name)
})

test('use is written at most once a minute, or a tenth of a shorter idle timeout', () => {
  const at = (lastSeenAt: number) => ({ createdAt: 0, authenticatedAt: null, lastSeenAt })
  const usual = createPolicy('p', {})
  assert.deepEqual([isTouchDue(at(0), usual, 59_999), isTouchDue(at(0), usual, 60_000)], [false, true])
  const short = createPolicy('p', { idleTimeout: '1m' })
  assert.deepEqual([isTouchDue(at(0), short, 5_999), isTouchDue(at(0), short, 6_000)], [false, true])
})
