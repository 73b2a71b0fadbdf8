import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPage } from '../../network/pages/html.ts'
import { fillForm } from './fill-form.ts'
import { findLoginForm, findUsernameForm, showsLoginForm } from './find-form.ts'

const page = (html: string, path = '/x') => readPage(html, new URL(path, 'https://site.example/'))
const find = (html: string, names = {}) => {
  const found = findLoginForm(page(html), names)
  return found && [found.form.action.pathname, found.username?.name ?? null, found.password?.name ?? null]
}

const LOGIN = '<form action=/in method=post><input name=user><input type=password name=pw></form>'

test('a form with one password wins over one that sets a new password', () => {
  const change =
    '<form action=/change method=post><input type=password name=a><input type=password name=b></form>'
  const join =
    '<form action=/join method=post><input name=user><input type=password name=pw autocomplete=new-password></form>'
  assert.deepEqual(find(change + join + LOGIN), ['/in', 'user', 'pw'])
  assert.deepEqual(find(LOGIN + join + change), ['/in', 'user', 'pw'])
})

test('words decide between forms of the same build', () => {
  const form = (action: string, text: string) =>
    `<form action=${action} method=post><input name=user><input type=password name=pw><button>${text}</button></form>`
  assert.deepEqual(find(form('/a', 'Create account') + form('/b', 'Entrar'))?.[0], '/b')
  assert.deepEqual(find(form('/a', 'ログイン') + form('/b', 'Register'))?.[0], '/a')
})

test('the user name is told by autocomplete, then by name, then by its place', () => {
  const password = '<input type=password name=pw>'
  const form = (fields: string) => find(`<form method=post>${fields}</form>`)?.[1]
  assert.equal(form(`<input name=a><input name=b autocomplete=username>${password}`), 'b')
  assert.equal(form(`<input name=email><input name=b>${password}`), 'email')
  assert.equal(form(`<input name=tenant><input name=b>${password}<input name=otp>`), 'b')
  assert.equal(form(password), null)
})

test('names the user gives are taken', () => {
  const html =
    '<form method=post><input name=a><input name=b><input name=code><input type=password name=pw></form>'
  assert.deepEqual(find(html, { usernameField: 'a', passwordField: 'code' })?.slice(1), ['a', 'code'])
})

test('no password field is no login form; a lone name field on a sign-in page is its first half', () => {
  const html = '<form method=post action=/next><input type=email name=mail><button>Continue</button></form>'
  assert.equal(find(html), null)
  assert.equal(findUsernameForm(page(html, '/login'))?.username?.name, 'mail')
  assert.equal(findUsernameForm(page(html, '/newsletter')), null)
})

test('a form that leads where the login leads, and asks for one password, is the login form', () => {
  const known = (path: string) => {
    const action = new URL(path, 'https://site.example/')
    return { action, usernameField: 'user', passwordField: 'pw' }
  }
  assert.equal(showsLoginForm(page(LOGIN), known('/in?x=1')), true)
  assert.equal(showsLoginForm(page(LOGIN), known('/other')), false)
  const bare = LOGIN.replace('action=/in', '')
  assert.equal(showsLoginForm(page(bare, '/index.php'), known('/')), true)
  assert.equal(showsLoginForm(page(bare.replace('=user', '=other'), '/index.php'), known('/')), false)
})

test('what a browser sends: defaults, the button, and no more', () => {
  const { form } = findLoginForm(
    page(`<form method=post action=/in>
      <input type=hidden name=token value=t><input name=user value=old><input type=password name=pw>
      <input type=checkbox name=on checked><input type=checkbox name=off><input type=checkbox name=remember checked>
      <input type=radio name=r value=1><input type=radio name=r value=2 checked>
      <select name=s><option value=a>A<option value=b selected>B</select><textarea name=t2> x</textarea>
      <input name=gone disabled value=1><input type=file name=f><button name=go value=yes>Sign in</button>
      <button type=button name=no>x</button></form>`),
  ) ?? { form: null }
  assert.ok(form)
  const user = form.fields.find(({ name }) => name === 'user')
  assert.ok(user)
  const sent = (remember: boolean) =>
    fillForm(form, new URL('https://site.example/x'), new Map([[user, 'me']]), form.buttons[0], remember).body
      ?.fields
  const common = [
    ['token', 't'],
    ['user', 'me'],
    ['pw', ''],
    ['on', 'on'],
  ]
  const rest = [
    ['r', '2'],
    ['s', 'b'],
    ['t2', ' x'],
    ['go', 'yes'],
  ]
  assert.deepEqual(sent(false), [...common, ...rest])
  assert.deepEqual(sent(true), [...common, ['remember', 'on'], ...rest])
})

test('nothing is typed into what is read-only, or is for a code', () => {
  const form = (fields: string) => find(`<form method=post action=/in>${fields}</form>`)
  const password = '<input type=password name=pw autocomplete="current-password webauthn">'
  assert.deepEqual(form(`<input name=user readonly value=ada><input name=realm>${password}`), [
    '/in',
    null,
    'pw',
  ])
  assert.deepEqual(form(`<input name=mail><input name=code autocomplete=one-time-code>${password}`), [
    '/in',
    'mail',
    'pw',
  ])
  assert.deepEqual(form(`<input name=user><input type=password name=pin readonly>${password}`), [
    '/in',
    'user',
    'pw',
  ])
  assert.equal(form('<input name=user><input type=password name=pin autocomplete=one-time-code>'), null)
})
