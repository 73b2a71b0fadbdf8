import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitWords } from './words.ts'

test('words are split as a shell does, and nothing else is done', () => {
  for (const [line, words] of [
    ['node login.mjs --as ada', ['node', 'login.mjs', '--as', 'ada']],
    [`a 'b c' "d \\"e\\" $HOME" f\\ g ''`, ['a', 'b c', 'd "e" $HOME', 'f g', '']],
    ['curl \\\n  -H a \\\r\n  b', ['curl', '-H', 'a', 'b']],
    [`$'it\\'s \\u0041\\n'`, ["it's A\n"]],
    ['a~ $HOME *.txt', ['a~', '$HOME', '*.txt']],
    ['  ', []],
  ] as const) {
    assert.deepEqual(splitWords(line, '--x'), words)
  }
})

test('what only a shell could do, and a quote that stays open, is refused', () => {
  for (const line of ['a | b', 'a && b', 'a > file', 'a; b', '`id`']) {
    assert.throws(() => splitWords(line, '--x'), { code: 'usage' }, line)
  }
  assert.throws(() => splitWords(`a 'b`, '--x'), /never closed/)
})
