import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { memoryStore } from '../stores/memory/memory.ts'
import { sampleRecord } from '../testing/laws/record-laws.ts'
import { startSweeping } from './sweeping.ts'

const minute = 60_000
const hour = 60 * minute
const year = 365 * 24 * hour

/** A server that sweeps every five minutes, with a clock of its own and one that only counts. */
function server(t: TestContext, from = Date.UTC(2026, 0, 1)) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const start = Date.UTC(2026, 0, 1)
  const store = memoryStore()
  const warnings: string[] = []
  let [time, elapsed] = [from, 0]
  const sweeping = startSweeping(
    store,
    '5m',
    () => time,
    (message) => warnings.push(message),
    () => elapsed,
  )
  t.after(sweeping.stop)
  return {
    start,
    store,
    warnings,
    /** Time passes, in both clocks. */
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 5 * minute) {
        time += 5 * minute
        elapsed += 5 * minute
        t.mock.timers.tick(5 * minute)
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    step: (ms: number) => {
      time += ms
    },
    set: (to: number) => {
      time = to
    },
    /** Which of the records that end so long after the start are still there. */
    async left(...ends: number[]) {
      const found = await Promise.all(
        ends.map((end) => store.list(String(end)).then(({ length }) => length > 0)),
      )
      return ends.filter((_, index) => found[index])
    },
    keep: (...ends: number[]) =>
      Promise.all(
        ends.map((end) => store.create(sampleRecord({ userId: String(end), expiresAt: start + end }))),
      ),
  }
}

test('a clock that jumps ahead removes nobody’s session, and what has ended still goes', async (t) => {
  const { keep, left, pass, step } = server(t)
  await keep(7 * minute, 30 * minute, 8 * hour)
  await pass(5 * minute)
  step(year)
  await pass(5 * minute)
  assert.deepEqual(await left(7 * minute, 30 * minute, 8 * hour), [30 * minute, 8 * hour])
  await pass(25 * minute)
  assert.deepEqual(await left(30 * minute, 8 * hour), [8 * hour])
})

test('when the clock is back, it is as if nothing had been', async (t) => {
  const { keep, left, pass, step } = server(t)
  await keep(30 * minute, 8 * hour)
  step(year)
  await pass(15 * minute)
  step(-year)
  await pass(15 * minute)
  assert.deepEqual(await left(30 * minute, 8 * hour), [8 * hour])
  // A new jump has its own hour.
  step(year)
  await pass(55 * minute)
  assert.deepEqual(await left(8 * hour), [8 * hour])
})

test('a clock that stays where it jumped to is believed after an hour, one that goes on jumping is not', async (t) => {
  const { keep, left, pass, step } = server(t)
  await keep(8 * hour)
  step(year)
  await pass(40 * minute)
  step(year)
  await pass(60 * minute)
  assert.deepEqual(await left(8 * hour), [8 * hour])
  await pass(5 * minute)
  assert.deepEqual(await left(8 * hour), [])
})

test('a clock that is set right by seconds or steps back is believed at once', async (t) => {
  const { keep, left, pass, step } = server(t)
  await keep(5 * minute + 30_000, hour)
  step(30_000)
  await pass(5 * minute)
  assert.deepEqual(await left(5 * minute + 30_000), [])
  step(-hour)
  await pass(55 * minute)
  assert.deepEqual(await left(hour), [hour])
  await pass(65 * minute)
  assert.deepEqual(await left(hour), [])
})

test('a clock that says no number removes nothing, and is believed when it does', async (t) => {
  for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const { keep, left, pass, set, start, warnings } = server(t, broken)
    await keep(5 * minute, 25 * minute, hour)
    await pass(10 * minute)
    assert.deepEqual(await left(5 * minute, hour), [5 * minute, hour])
    set(start + 10 * minute)
    await pass(5 * minute)
    set(broken)
    await pass(5 * minute)
    set(start + 20 * minute)
    await pass(5 * minute)
    assert.deepEqual(await left(5 * minute, 25 * minute, hour), [hour])
    assert.deepEqual(warnings, [])
    t.mock.timers.reset()
  }
})
