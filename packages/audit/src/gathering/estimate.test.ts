import assert from 'node:assert/strict'
import { test } from 'node:test'
import { USER } from '../../test/session-site.ts'
import { secondsLeft } from './estimate.ts'
import { plan } from './plan.ts'

const options = { url: 'http://127.0.0.1:1/', ...USER }
const url = new URL(options.url)

test('nothing is promised before the sign-in is established', () => {
  for (const step of ['reach', 'signIn', 'oracle', 'carrier'] as const) {
    assert.equal(secondsLeft(options, url, step, 60_000), null)
  }
})

test('the rest takes as much for each planned request as what was done', () => {
  const steps = plan(options)
  const at = steps.findIndex(({ step }) => step === 'logout')
  const sum = (some: typeof steps) => some.reduce((total, { requests }) => total + requests, 0)
  const expected = Math.ceil((100 / sum(steps.slice(0, at))) * sum(steps.slice(at)))
  assert.equal(secondsLeft(options, url, 'logout', 100_000), expected)
})

test('a passive audit is too short to be told about', () => {
  assert.equal(secondsLeft({ url: options.url, passive: true }, url, 'cookies', 10_000), null)
})
