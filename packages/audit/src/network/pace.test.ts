import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, Pace, type Waiting } from './pace.ts'

/** A clock that only waiting and `pass` move. */
function stopped() {
  let now = 0
  const waits: number[] = []
  const clock: Clock = {
    now: () => now,
    async wait(milliseconds) {
      waits.push(milliseconds)
      now += milliseconds
    },
  }
  const pass = (milliseconds: number) => {
    now += milliseconds
  }
  return { clock, waits, pass }
}

const PAGE = { method: 'GET', path: '/account', repeatable: false }
const OTHER = { ...PAGE, path: '/' }
const busy = (seconds?: number) => ({
  status: 503,
  headers: seconds === undefined ? {} : { 'retry-after': String(seconds) },
})
const fine = { status: 200, headers: {} }

test('a site that never asks for it is not waited for', async () => {
  const { clock, waits } = stopped()
  const pace = new Pace(60_000, clock, () => assert.fail('nothing to tell'))
  for (let count = 0; count < 5; count += 1) {
    await pace.turn()
    assert.equal(pace.heed(fine, PAGE, 0), false)
  }
  assert.deepEqual([waits, pace.waited], [[], 0])
})

test('after a refusal all requests wait as long as it asks, and go on at half the pace', async () => {
  const { clock, waits, pass } = stopped()
  const pace = new Pace(60_000, clock, () => {})
  for (let count = 0; count < 10; count += 1) {
    await pace.turn()
    pass(20)
  }
  assert.equal(pace.heed(busy(4), PAGE, 0), true)
  assert.equal(pace.ahead, 4000)
  for (let count = 0; count < 3; count += 1) await pace.turn()
  assert.deepEqual(waits, [4000, 40, 40])
  assert.equal(pace.heed(busy(4), PAGE, 0), true)
  await pace.turn()
  await pace.turn()
  assert.equal(waits.at(-1), 80)
})

test('the pace never falls below one request in a second', async () => {
  const { clock, waits, pass } = stopped()
  const pace = new Pace(600_000, clock, () => {})
  for (let count = 0; count < 5; count += 1) {
    await pace.turn()
    pass(3000)
    pace.heed(busy(2), { ...PAGE, path: `/${count}` }, 0)
  }
  await pace.turn()
  await pace.turn()
  assert.equal(waits.at(-1), 1000)
})

test('what may be waited in all is told each time, and then the answer stands', () => {
  const { clock } = stopped()
  const told: Waiting[] = []
  const pace = new Pace(10_000, clock, (waiting) => told.push(waiting))
  assert.equal(pace.heed(busy(7), PAGE, 0), true)
  assert.deepEqual(told, [{ status: 503, milliseconds: 7000, leftMilliseconds: 3000 }])
  // Another request that was refused meanwhile waits beside it, which costs nothing.
  assert.equal(pace.heed(busy(7), OTHER, 0), true)
  assert.equal(pace.waited, 7000)
  assert.equal(pace.heed(busy(20), OTHER, 0), false)
  assert.deepEqual([told.length, pace.waited], [1, 7000])
})

test('without a budget nothing is waited for', () => {
  const { clock } = stopped()
  assert.equal(new Pace(0, clock, () => {}).heed(busy(1), PAGE, 0), false)
})

test('what was waited for in vain is not waited for again', () => {
  const { clock, pass } = stopped()
  const pace = new Pace(60_000, clock, () => {})
  const attempts = () =>
    [0, 1, 2, 3].map((attempt) => {
      pass(10_000)
      return pace.heed(busy(), PAGE, attempt)
    })
  assert.deepEqual(attempts(), [true, true, true, false])
  assert.equal(pace.heed(busy(), PAGE, 0), false)
  assert.equal(pace.heed(busy(), OTHER, 0), true)
})

test('what changes something is sent again only where the site says that it did nothing', () => {
  const { clock, pass } = stopped()
  const pace = new Pace(60_000, clock, () => {})
  const post = { method: 'POST', path: '/email', repeatable: false }
  const heed = (status: number, headers: Record<string, string>, sent = post) => {
    pass(10_000)
    return pace.heed({ status, headers }, sent, 0)
  }
  assert.equal(heed(503, {}), false)
  assert.equal(heed(429, {}), true)
  assert.equal(heed(503, { 'retry-after': '2' }), true)
  assert.equal(heed(503, {}, { ...post, repeatable: true }), true)
})

test('no more requests are under way than a browser has, and half as many once the site asked to wait', async () => {
  const { clock } = stopped()
  const pace = new Pace(60_000, clock, () => {})
  let [begun, done] = [0, 0]
  const begin = () => pace.enter().then(() => (begun += 1))
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  const all = Array.from({ length: 20 }, begin)
  await settled()
  assert.equal(begun, 6)
  pace.heed(busy(1), PAGE, 0)
  const underWay: number[] = []
  while (done < 20) {
    pace.leave()
    done += 1
    await settled()
    underWay.push(begun - done)
  }
  await Promise.all(all)
  assert.deepEqual(underWay.slice(0, 6), [5, 4, 3, 3, 3, 3])
})

test('what several that left together are told is one hint', async () => {
  const { clock, waits, pass } = stopped()
  const told: Waiting[] = []
  const pace = new Pace(60_000, clock, (waiting) => told.push(waiting))
  for (let count = 0; count < 10; count += 1) {
    await pace.turn()
    pass(20)
  }
  const heard = [await pace.turn(), await pace.turn(), await pace.turn()]
  for (const each of heard) {
    assert.equal(pace.heed(busy(4), PAGE, 0, each), true)
    pass(5)
  }
  assert.equal(told.length, 1)
  await pace.turn()
  await pace.turn()
  assert.ok((waits.at(-1) ?? 0) < 40, `${waits}`)
})
