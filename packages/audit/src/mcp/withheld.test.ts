import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withheld } from './withheld.ts'

test('a secret in any of its forms, anywhere in the data', () => {
  const secret = 'p/ss "wörd"'
  const data = {
    list: [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')],
    deep: {
      json: JSON.stringify({ secret }),
      form: new URLSearchParams({ secret }).toString(),
      number: 7,
      none: null,
    },
  }
  const clean = withheld(data, new Map([['PW', secret]]))
  assert.deepEqual(clean, {
    list: ['<secret PW>', '<secret PW>', '<secret PW>'],
    deep: { json: '{"secret":"<secret PW>"}', form: 'secret=<secret PW>', number: 7, none: null },
  })
})

test('what is too short to be told from anything is left', () => {
  assert.deepEqual(withheld({ text: 'a1 b2' }, new Map([['PIN', 'a1']])), { text: 'a1 b2' })
})

test('names of members are words of the site too', () => {
  assert.deepEqual(withheld({ sent: { butterfly: 1 } }, new Map([['PW', 'butterfly']])), {
    sent: { '<secret PW>': 1 },
  })
})
