import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownToAnyone } from './known-fields.ts'

test('what two sessions share is known, unless it may be a token', () => {
  const shared = [
    ['action', 'save'],
    ['id', '42'],
    ['csrf_token', 'a'],
    ['_wpnonce', 'b'],
    ['authenticity_token', 'c'],
    ['sesskey', 'd'],
    ['__VIEWSTATE', 'e'],
    ['h', 'a1b2c3d4e5f6a7b8'],
  ] as const
  const mine = [...shared, ['k', 'x']] as const
  const theirs = [...shared, ['k', 'y']] as const
  assert.deepEqual(knownToAnyone(mine, theirs), [
    ['action', 'save'],
    ['id', '42'],
  ])
  assert.deepEqual(knownToAnyone(mine, []), [])
})
