import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sideBySide } from './side-by-side.ts'

test('all begin in their order, before any is done, and each result has its place', async () => {
  const said: string[] = []
  const work = (name: string, until: Promise<unknown>) => async () => {
    said.push(`${name} begins`)
    await until
    said.push(`${name} ends`)
    return name
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = sideBySide(work('one', promise), work('two', Promise.resolve()))
  await new Promise((tick) => setImmediate(tick))
  resolve()
  assert.deepEqual(await done, ['one', 'two'])
  assert.deepEqual(said, ['one begins', 'two begins', 'two ends', 'one ends'])
})

test('where one fails the others are waited for, and the first failure is thrown', async () => {
  let ended = false
  const slow = async () => {
    await new Promise((tick) => setImmediate(tick))
    ended = true
    throw new Error('first')
  }
  const fast = async () => {
    throw new Error('second')
  }
  await assert.rejects(sideBySide(slow, fast), /first/)
  assert.equal(ended, true)
})
