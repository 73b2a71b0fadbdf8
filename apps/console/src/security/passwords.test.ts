import assert from 'node:assert/strict'
import test from 'node:test'
import { passwordProblem } from './passwords.ts'

test('length is counted in characters as people see them', () => {
  assert.match(passwordProblem('fourteen chars', 'ada') ?? '', /at least 15/)
  assert.equal(passwordProblem('fifteen chars ok', 'ada'), null)
  assert.match(passwordProblem('🦊🐈🐕🦉🐝🐛🦀', 'ada') ?? '', /at least 15/)
  assert.equal(passwordProblem('🦊🐈🐕🦉🐝🐛🦀🐙🦑🐳🐬🦭🐧🦆🦢', 'ada'), null)
  assert.match(passwordProblem(`${'abcdefgh '.repeat(40)}`, 'ada') ?? '', /at most 256/)
})

test('what is guessed first is refused', () => {
  const guessed = [
    'passwordpassword',
    'Password123456789',
    '123456789012345',
    'aaaaaaaaaaaaaaaaaaa',
    'qwertyuiop12345',
  ]
  for (const each of [...guessed, 'latchkey latchkey', 'ada.lovelace.1234']) {
    assert.match(passwordProblem(each, 'ada.lovelace') ?? '', /guessed/, each)
  }
})

test('there are no rules of composition', () => {
  for (const each of [
    'only lower case words',
    '481516234208192',
    'ПАРОЛЬ ИЗ НЕСКОЛЬКИХ СЛОВ',
    '     spaces     ok?',
  ]) {
    assert.equal(passwordProblem(each, 'ada'), null, each)
  }
})
