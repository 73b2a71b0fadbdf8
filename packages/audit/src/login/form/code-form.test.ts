import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPage } from '../../network/pages/html.ts'
import { findCodeForm } from './code-form.ts'

const fields = (html: string) =>
  findCodeForm(readPage(html, new URL('https://site.example/x')))?.fields.map(({ name }) => name) ?? null

test('forms that ask for a one-time code', () => {
  for (const [html, names] of [
    ['<form><input name=x autocomplete="one-time-code"></form>', ['x']],
    ['<form><label>Code from your app <input name=c inputmode=numeric></label></form>', ['c']],
    ['<form><h1>Two-factor authentication</h1><input name=token></form>', ['token']],
    [
      '<form><input type=hidden name=csrf value=1><input name=totpCode><input type=checkbox name=trust></form>',
      ['totpCode'],
    ],
    ['<form>Einmalpasswort <input type=password name=p></form>', ['p']],
    [
      `<form>Verification code ${[1, 2, 3, 4, 5, 6].map((n) => `<input name=d${n} maxlength=1>`).join('')}</form>`,
      ['d1', 'd2', 'd3', 'd4', 'd5', 'd6'],
    ],
    ['<form><input name=recovery_code></form><form><input name=code></form>', ['code']],
    [
      '<h1>Your authenticator shows six digits</h1><form method=post><input name=x maxlength=6></form>',
      ['x'],
    ],
  ] as const) {
    assert.deepEqual(fields(html), names, html)
  }
})

test('forms that ask for something else', () => {
  for (const html of [
    '<form><input name=q></form>',
    '<form><label>Post code <input name=postcode></label></form>',
    '<form><input name=recovery_code></form>',
    '<form>Authentication <input name=user><input type=password name=p></form>',
    '<form><input type=email name=email><label>Code <input name=code></label></form>'.replace(
      'email name=email',
      'text name=name',
    ),
    '<p>No form: enter the code</p>',
  ]) {
    assert.equal(fields(html), null, html)
  }
})
