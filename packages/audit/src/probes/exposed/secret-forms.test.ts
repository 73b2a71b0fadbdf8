import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTelling, writingsOf } from './secret-forms.ts'

const rows: readonly (readonly [value: string, telling: boolean])[] = [
  ['0123456789abcdef', true],
  ['0123456789abcde', false],
  ['1234567890123456', false],
  ['12345678901234567890', true],
  ['s:0123456789abcdef.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', true],
  ['s:0123456789.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', false],
  ['alice@example.com', false],
  ['a path of some words', false],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', true],
  ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', true],
]
for (const [value, telling] of rows) {
  test(`${value} is ${telling ? '' : 'not '}looked for`, () => {
    assert.equal(isTelling(value), telling)
  })
}

test('a value, what it is decoded and encoded, and the ID within', () => {
  const value = 's%3A0123456789abcdef.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%2B'
  const forms = new Map(writingsOf(value).map(({ text, form }) => [form, text]))
  assert.equal(forms.get('value'), value)
  assert.equal(forms.get('decoded'), decodeURIComponent(value))
  assert.equal(forms.get('id'), '0123456789abcdef')
  assert.ok(forms.has('base64') && forms.has('encoded'))
  assert.deepEqual([...new Set(writingsOf('0123456789abcdef').map(({ form }) => form))], ['value', 'base64'])
})

test('a value in the middle of what is written in base64', () => {
  const value = 'v1-_~0123456789abcdef'
  const writings = writingsOf(value)
  for (const before of ['', '{', '{"', '{"id":"', '{"user":1,"id":"']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.from(`${before}${value}"}`).toString(encoding)
      assert.ok(
        writings.some((each) => text.includes(each.text)),
        `${before} ${encoding}`,
      )
    }
  }
})
