import assert from 'node:assert/strict'
import test, { mock, type TestContext } from 'node:test'
import { createThrottles, defaultLimits } from './throttles.ts'

const victim = '198.51.100.1'
const few = {
  ...defaultLimits,
  signInPair: { points: 3, duration: 60 },
  signInAddress: { points: 6, duration: 60 },
}

function withClock(t: TestContext): { pass(seconds: number): void } {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  t.after(() => mock.timers.reset())
  return { pass: (seconds) => mock.timers.tick(seconds * 1000) }
}

test('too many sign-ins for a name from an address wait until the window ends, not longer', async (t) => {
  const clock = withClock(t)
  const throttles = createThrottles(few)
  for (let at = 0; at < 3; at++) assert.equal(await throttles.signIn('ada', victim), null)
  assert.equal(await throttles.signIn('ada', victim), 60)
  clock.pass(30)
  assert.equal(await throttles.signIn('Ada', victim), 30)
  clock.pass(31)
  assert.equal(await throttles.signIn('ada', victim), null)
})

test('an address is counted whatever the name, and an IPv6 customer as one', async (t) => {
  withClock(t)
  const throttles = createThrottles(few)
  for (let at = 0; at < 6; at++)
    assert.equal(await throttles.signIn(`name-${at}`, `2001:4860:1:2::${at}`), null)
  assert.equal(await throttles.signIn('another', '2001:4860:1:2:ffff::9'), 60)
  assert.equal(await throttles.signIn('another', '2001:4860:1:3::1'), null)
})

test('right sign-ins do not count as guesses', async (t) => {
  withClock(t)
  const throttles = createThrottles(few)
  for (let at = 0; at < 20; at++) {
    assert.equal(await throttles.signIn('ada', victim), null)
    assert.equal(await throttles.right('ada', victim), null)
  }
})

test('too many right ones of a name wait as well, wherever they come from; another name does not', async (t) => {
  const clock = withClock(t)
  const throttles = createThrottles({ ...few, rightName: { points: 3, duration: 60 } })
  for (let at = 0; at < 3; at++) assert.equal(await throttles.right('ada', `203.0.113.${at}`), null)
  assert.equal(await throttles.right('Ada', '203.0.113.9'), 60)
  assert.equal(await throttles.right('eve', '203.0.113.9'), null)
  clock.pass(61)
  assert.equal(await throttles.right('ada', '203.0.113.9'), null)
})

test('too many right ones from an address wait, whatever the name; another address does not', async (t) => {
  withClock(t)
  const throttles = createThrottles({ ...few, rightAddress: { points: 3, duration: 60 } })
  for (let at = 0; at < 3; at++) assert.equal(await throttles.right(`name-${at}`, victim), null)
  assert.equal(await throttles.right('another', victim), 60)
  assert.equal(await throttles.right('another', '203.0.113.9'), null)
})

test('who goes on with right ones beyond the limit is soon refused before the password is looked at', async (t) => {
  withClock(t)
  const throttles = createThrottles({ ...few, rightName: { points: 1, duration: 60 } })
  await throttles.right('ada', victim)
  for (let at = 0; at < 3; at++) {
    assert.equal(await throttles.signIn('ada', victim), null)
    assert.equal(await throttles.right('ada', victim), 60)
  }
  assert.equal(await throttles.signIn('ada', victim), 60)
})

test('guesses from many addresses are stopped, and lock nobody out who signed in before', async (t) => {
  withClock(t)
  const throttles = createThrottles({ ...few, signInName: { points: 5, duration: 3600 } })
  await throttles.signIn('ada', victim)
  await throttles.right('ada', victim)
  for (let at = 0; at < 5; at++) assert.equal(await throttles.signIn('ada', `203.0.113.${at}`), null)
  assert.equal(await throttles.signIn('ada', '203.0.113.99'), 3600)
  assert.equal(await throttles.signIn('ada', victim), null)
})

test('what one address is refused does not use up what others have', async (t) => {
  withClock(t)
  const throttles = createThrottles({ ...few, signInName: { points: 4, duration: 3600 } })
  for (let at = 0; at < 50; at++) await throttles.signIn('ada', '203.0.113.1')
  assert.equal(await throttles.signIn('ada', '203.0.113.2'), null)
})
