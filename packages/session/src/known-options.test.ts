import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuseUnknown } from './known-options.ts'

interface Options {
  readonly max?: number
  readonly atCap?: string
}

const look = (options: object) =>
  refuseUnknown<Options>('sessionsPerUser', options as Options, { max: true, atCap: true })

test('options that exist pass, also when they are undefined', () => {
  look({})
  look({ max: 1, atCap: undefined })
})

test('an option that does not exist is refused, and those that do are named', () => {
  assert.throws(() => look({ max: 1, maximum: 1 }), {
    code: 'config_invalid',
    message: 'sessionsPerUser has no option maximum. It has max, atCap.',
  })
  assert.throws(() => look({ Max: 1, cap: undefined }), /has no option Max, cap\./)
})

test('what every object inherits is no option', () => {
  assert.throws(() => look({ toString: 1 }), /no option toString/)
  assert.throws(() => look(JSON.parse('{ "__proto__": 1 }')), /no option __proto__/)
})
