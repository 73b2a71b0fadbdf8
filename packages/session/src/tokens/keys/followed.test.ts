import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../../testing/clock.ts'
import { createFollowed, type Fetched } from './followed.ts'

function setUp({ staleFor = 60_000 } = {}) {
  const clock = fakeClock()
  const asked: PromiseWithResolvers<Fetched<number>>[] = []
  const followed = createFollowed<number>({
    load() {
      const question = Promise.withResolvers<Fetched<number>>()
      asked.push(question)
      return question.promise
    },
    now: clock.now,
    pause: 5000,
    staleFor,
  })
  const answer = async (value: number | Error) => {
    const question = asked.at(-1)
    if (typeof value === 'number') question?.resolve({ value, freshFor: 30_000 })
    else question?.reject(value)
    await question?.promise.catch(() => undefined)
    // Whoever waits for the question is told before what comes next.
    await Promise.resolve().then(() => undefined)
  }
  return { clock, asked, followed, answer }
}

test('however many want to know, one question is asked', async () => {
  const { asked, followed, answer } = setUp()
  const all = [followed.get(), followed.get(), followed.renewed()]
  await answer(1)
  assert.deepEqual(await Promise.all(all), [1, 1, 1])
  assert.equal(followed.get(), 1, 'what is fresh is known without a promise')
  assert.equal(asked.length, 1)
})

test('who asks near the end of its time starts the next question, and waits for none', async () => {
  const { clock, asked, followed, answer } = setUp()
  void followed.get()
  await answer(1)
  clock.advance('25s')
  assert.equal(followed.get(), 1)
  assert.equal(followed.get(), 1)
  assert.equal(asked.length, 2)
  await answer(2)
  assert.equal(followed.get(), 2)
})

test('what is old is good while nobody answers, for its time, and the question has a pause', async () => {
  const { clock, asked, followed, answer } = setUp()
  void followed.get()
  await answer(1)
  clock.advance('31s')
  const late = followed.get()
  await answer(new Error('down'))
  assert.equal(await late, 1)
  assert.equal(followed.get(), 1, 'in the pause, without asking')
  assert.equal(asked.length, 2)
  clock.advance('5s')
  const later = followed.get()
  assert.equal(asked.length, 3)
  await answer(new Error('down'))
  assert.equal(await later, 1)
  clock.advance('25s')
  const last = followed.get()
  await answer(new Error('still down'))
  await assert.rejects(async () => last, /still down/)
  assert.throws(() => followed.get(), /still down/)
})

test('where nothing is known, each pause has one question, and the others hear of its end', async () => {
  const { clock, asked, followed, answer } = setUp()
  const first = followed.get()
  await answer(new Error('down'))
  await assert.rejects(async () => first, /down/)
  assert.throws(() => followed.get(), /down/)
  clock.advance('5s')
  void followed.get()
  await answer(1)
  assert.equal(followed.get(), 1)
  assert.equal(asked.length, 2)
})

test('renewed asks again, but not right after it was asked', async () => {
  const { clock, asked, followed, answer } = setUp()
  void followed.get()
  await answer(1)
  assert.equal(followed.renewed(), 1)
  assert.equal(asked.length, 1)
  clock.advance('5s')
  const renewed = followed.renewed()
  await answer(2)
  assert.equal(await renewed, 2)
})

test('a clock that is set back keeps nothing fresh', () => {
  let [time, asked] = [3_600_000, 0]
  const followed = createFollowed<number>({
    load: () => ({ value: ++asked, freshFor: 30_000 }),
    now: () => time,
    pause: 5000,
    staleFor: 0,
  })
  assert.equal(followed.get(), 1)
  time -= 60_000
  assert.equal(followed.get(), 2)
})
