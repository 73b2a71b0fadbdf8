import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../network/http.ts'
import { saidBy } from './said.ts'
import { saysWrongCredentials } from './words.ts'

function answer(body: string, type = 'text/html'): Answer {
  return {
    ...{
      exchange: 1,
      after: 0,
      phase: 'login',
      method: 'POST',
      url: new URL('https://site.example/'),
      status: 200,
    },
    ...{
      headers: { 'content-type': type },
      location: null,
      cookies: [],
      sentNames: [],
      body,
      charset: 'UTF-8',
      coding: null,
    },
  }
}

const json = (data: unknown) => saidBy(answer(JSON.stringify(data), 'application/json'), null)

test('what a page says beside what the login page said', () => {
  const form = '<form method=post><label>Name <input name=n></label><button>Sign in</button></form>'
  const before = answer(`<h1>Shop</h1>${form}<p>Help</p>`)
  const after = answer(`<h1>Shop</h1><p>That was too quick.</p>${form}<p>Help</p>`)
  assert.equal(saidBy(after, before), 'That was too quick.')
  assert.equal(saidBy(before, before), null)
  assert.equal(saidBy(answer('Wrong', 'text/plain'), before), 'Wrong')
  assert.equal(saidBy(answer(`<p>${'far too long '.repeat(40)}</p>`), null)?.length, 140)
})

test('no token and no control character is repeated', () => {
  assert.equal(saidBy(answer('<p>Key 0123456789abcdef01 is \u001b[2J bad</p>'), null), 'Key is [2J bad')
})

test('the message of a JSON answer, wherever such messages are', () => {
  assert.equal(json({ error: 'no' }), 'no')
  assert.equal(json({ result: null, error: { code: 1, message: 'Not authenticated' } }), 'Not authenticated')
  assert.equal(json({ errors: { email: ['is unknown'] } }), 'is unknown')
  assert.equal(json({ data: { message: 'locked' } }), 'locked')
  assert.equal(json({ result: false, error: null }), 'result: false')
  assert.equal(json({ result: true, name: 'Alice' }), null)
})

test('which words say that name or password are wrong', () => {
  for (const text of [
    'Invalid username or password.',
    'These credentials do not match our records',
    'Benutzername oder Passwort falsch',
    'Identifiants incorrects',
    'パスワードが正しくありません',
  ])
    assert.ok(saysWrongCredentials(text), text)
  for (const text of [
    'That was too quick. Please try again.',
    'Please solve the captcha.',
    'Enter your password',
    'Your account is locked',
    'Invalid CSRF token',
    'Wrong',
  ])
    assert.ok(!saysWrongCredentials(text), text)
})
