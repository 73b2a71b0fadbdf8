import assert from 'node:assert/strict'
import test from 'node:test'
import { errorFacts } from './errors.ts'

test('a log learns kind, code and place of an error, and never its message', () => {
  const secret = 'hunter2 hunter2\n    at hunter2'
  const facts = errorFacts(
    Object.assign(new TypeError(`Invalid value. Received ${secret}`), { code: 'ERR_X' }),
  )
  assert.deepEqual([facts.error, facts.code], ['TypeError', 'ERR_X'])
  assert.match(facts.at?.[0] ?? '', /errors\.test\.ts/)
  assert.doesNotMatch(JSON.stringify(facts), /hunter2/)
  assert.deepEqual(errorFacts(secret), { error: 'string' })
})
