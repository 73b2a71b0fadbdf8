import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedToWait, saysAgain } from './retry-after.ts'

const NOW = Date.UTC(2026, 10, 29, 12, 0, 0)
const ask = (status: number, headers: Record<string, string> = {}, attempt = 0) =>
  askedToWait({ status, headers }, attempt, NOW)

test('429 and 503 are waited for as they say, in seconds or to a date', () => {
  assert.equal(ask(429, { 'retry-after': '8' }), 8000)
  assert.equal(ask(503, { 'retry-after': ' 60 ' }), 60_000)
  assert.equal(ask(503, { 'retry-after': 'Sun, 29 Nov 2026 12:00:07 GMT' }), 7000)
})

test('a date is read by the clock of the site, which may be wrong', () => {
  const headers = {
    date: 'Sun, 29 Nov 2026 11:00:00 GMT',
    'retry-after': 'Sun, 29 Nov 2026 11:00:05 GMT',
  }
  assert.equal(ask(429, headers), 5000)
})

test('without the header, or one that says nothing, it is 1, 2 and 4 seconds, and then the answer stands', () => {
  for (const headers of [{}, { 'retry-after': 'soon' }, { 'retry-after': '-3' }] as Record<
    string,
    string
  >[]) {
    assert.deepEqual(
      [0, 1, 2, 3].map((attempt) => ask(503, headers, attempt)),
      [1000, 2000, 4000, null],
    )
  }
})

test('a date that is over and 0 seconds are one second, so that nobody is asked in a loop', () => {
  assert.equal(ask(429, { 'retry-after': '0' }), 1000)
  assert.equal(ask(429, { 'retry-after': 'Sun, 29 Nov 2026 10:00:00 GMT' }), 1000)
})

test('more than a minute is not waited for, and no other status is', () => {
  assert.equal(ask(429, { 'retry-after': '61' }), null)
  for (const status of [200, 302, 401, 403, 500, 502]) {
    assert.equal(ask(status, { 'retry-after': '1' }), null)
  }
})

test('a 503 alone does not say that nothing was done; a 429 and a Retry-After do', () => {
  assert.equal(saysAgain({ status: 503, headers: {} }), false)
  assert.equal(saysAgain({ status: 429, headers: {} }), true)
  assert.equal(saysAgain({ status: 503, headers: { 'retry-after': '4' } }), true)
})
