import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { unissued } from './unissued.ts'

test('an ID that was never issued is of the form that the site gives its own', () => {
  for (let round = 0; round < 50; round += 1) {
    const [mine, theirs] = [randomUUID(), randomUUID()]
    const made = unissued(mine, theirs)
    assert.match(made, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.ok(made !== mine && made !== theirs)
  }
})

test('an encoded value stays one', () => {
  const made = unissued(
    `s%3A${'a'.repeat(16)}.%2B${'b'.repeat(9)}`,
    `s%3A${'c'.repeat(16)}.%2F${'d'.repeat(9)}`,
  )
  assert.match(decodeURIComponent(made), /^s:[ac]{16}\.[+/][bd]+$/)
  assert.doesNotMatch(made, /[:+/]/)
})

test('values of which little differs are not mixed: that could be a third client’s', () => {
  assert.notEqual(unissued('17', '18'), '17')
  assert.notEqual(unissued('17', '18'), '18')
  assert.ok(unissued('17', '18').length > 2)
})
