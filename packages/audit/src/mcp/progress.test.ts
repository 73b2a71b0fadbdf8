import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Progress, progressOf } from './progress.ts'

test('only what grows is told, in words that hide nothing', () => {
  const told: Progress[] = []
  const tell = progressOf((progress) => told.push(progress))
  const event = { step: 'logout', state: 'started', detail: 'a\u200bb', logins: 1 } as const
  for (const requests of [0, 0, 3, 2, 3, 4]) tell({ ...event, requests, secondsLeft: 9 })
  assert.deepEqual(
    told.map(({ progress }) => progress),
    [0, 3, 4],
  )
  assert.equal(told[1]?.message, '3 requests, 1 logins, about 9 s left · logout started: a\\u{200b}b')
})
