import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quoted } from './quoted.ts'

test('what nobody sees is made visible; what people write stays', () => {
  for (const plain of ['moor=<moor:04791f7a>', 'Prénom, 名前, اسم, 🙂']) assert.equal(quoted(plain), plain)
  // Tags (which spell ASCII), zero widths, direction, soft hyphen, variation selectors, private use, line separators.
  const hidden = '\u{e0049}\u200b\u2066\u202e\u00ad\ufe0f\u{e0101}\ue000\u2028\n\u0007'
  assert.match(quoted(hidden), /^(\\u\{[0-9a-f]+\}){11}$/)
})

test('it has an end', () => {
  assert.equal(quoted('x'.repeat(1000)).length, 400)
  assert.equal(quoted('abcdef', 4), 'abc…')
})
