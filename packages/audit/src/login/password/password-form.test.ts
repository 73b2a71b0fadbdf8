import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPage } from '../../network/pages/html.ts'
import { fillForm } from '../form/fill-form.ts'
import { accepts, endingOthers, findPasswordForm, type PasswordNames } from './password-form.ts'

const page = (html: string, path = '/settings') => readPage(html, new URL(path, 'https://site.example/'))
const find = (html: string, names: PasswordNames = {}, path = '/settings') => {
  const found = findPasswordForm(page(html, path), names)
  return found && [found.current?.name ?? null, found.fresh.name, found.confirm?.name ?? null]
}
const form = (inner: string, button = 'Save', action = '/settings') =>
  `<form method=post action="${action}">${inner}<button>${button}</button></form>`
const pw = (name: string, more = '') => `<input type=password name="${name}" ${more}>`

test('the forms of common frameworks', () => {
  const forms: readonly (readonly [string, string, readonly (string | null)[]])[] = [
    [
      'Django',
      form(pw('old_password') + pw('new_password1') + pw('new_password2')),
      ['old_password', 'new_password1', 'new_password2'],
    ],
    [
      'Laravel',
      form(pw('current_password') + pw('password') + pw('password_confirmation')),
      ['current_password', 'password', 'password_confirmation'],
    ],
    [
      'Devise',
      form(
        `<input type=email name="user[email]" value="a@b.c">${pw('user[password]', 'autocomplete=new-password')}
         ${pw('user[password_confirmation]', 'autocomplete=new-password')}${pw('user[current_password]')}`,
        'Update',
        '/users',
      ),
      ['user[current_password]', 'user[password]', 'user[password_confirmation]'],
    ],
    [
      'ASP.NET Core Identity',
      form(
        pw('Input.OldPassword') + pw('Input.NewPassword') + pw('Input.ConfirmPassword'),
        'Update password',
      ),
      ['Input.OldPassword', 'Input.NewPassword', 'Input.ConfirmPassword'],
    ],
    [
      'Symfony',
      form(pw('f[currentPassword]') + pw('f[plainPassword][first]') + pw('f[plainPassword][second]')),
      ['f[currentPassword]', 'f[plainPassword][first]', 'f[plainPassword][second]'],
    ],
    [
      'WordPress, which does not ask for the old one',
      form(
        `${pw('pass1', 'autocomplete=new-password')}${pw('pass2', 'autocomplete=new-password')}`,
        'Change password',
      ),
      [null, 'pass1', 'pass2'],
    ],
    [
      'no repetition',
      form(pw('currentPassword') + pw('newPassword')),
      ['currentPassword', 'newPassword', null],
    ],
    ['names in one word', form(pw('newpassword') + pw('oldpassword')), ['oldpassword', 'newpassword', null]],
    ['short ones', form(pw('newpw') + pw('confpw') + pw('curpw')), ['curpw', 'newpw', 'confpw']],
    [
      'what they are, first',
      form(pw('passwordNew') + pw('passwordConfirm') + pw('passwordOld')),
      ['passwordOld', 'passwordNew', 'passwordConfirm'],
    ],
    ['names that say nothing', form(pw('a') + pw('b') + pw('c')), ['a', 'b', 'c']],
  ]
  for (const [framework, html, fields] of forms) assert.deepEqual(find(html), fields, framework)
})

test('labels around a field, labels for it, and placeholders', () => {
  const around = `<label>Mot de passe actuel ${pw('a')}</label><label>Nouveau mot de passe ${pw('b')}</label>
    <label>Confirmez le nouveau ${pw('c')}</label>`
  assert.deepEqual(find(form(around)), ['a', 'b', 'c'])
  const beside = `<label for=x>Neues Passwort</label>${pw('a', 'id=x')}<label for=y>Neues Passwort wiederholen</label>
    ${pw('b', 'id=y')}${pw('c', 'placeholder="Altes Passwort"')}`
  assert.deepEqual(find(form(beside)), ['c', 'a', 'b'])
  const asked = `${pw('a', 'placeholder="現在のパスワード"')}${pw('b', 'placeholder="新しいパスワード"')}
    ${pw('c', 'placeholder="新しいパスワード（確認）"')}`
  assert.deepEqual(find(form(asked)), ['a', 'b', 'c'])
})

test('forms that are about something else, or may be, are left alone', () => {
  const others: readonly (readonly [string, string])[] = [
    [
      'a login',
      form(`<input name=user>${pw('password', 'autocomplete=current-password')}`, 'Sign in', '/login'),
    ],
    ['a confirmation', form(pw('password'), 'Confirm your password')],
    ['its like, whose field says so', form(pw('confirm_password'), 'Continue', '/sudo')],
    [
      'a registration',
      form(`<input name=name>${pw('password')}${pw('password_confirmation')}`, 'Register', '/join'),
    ],
    [
      'a new user, made by an administrator',
      form(`<input name=username>${pw('new_password')}${pw('confirm')}`, 'Save password', '/admin/users'),
    ],
    [
      'a deletion',
      form(pw('current_password') + pw('new') + pw('again'), 'Delete account', '/account/delete'),
    ],
    ['a deletion, asked twice', form(pw('password') + pw('password_confirmation'), 'Delete my account')],
    ['two that could be anything', form(pw('a') + pw('b'), 'Change password')],
    ['four', form(pw('current') + pw('new') + pw('confirm') + pw('again'), 'Change password')],
    ['a reset by mail', form(pw('password') + pw('password_confirmation'), 'Reset password', '/reset')],
    ['a form by GET', form(pw('current') + pw('new')).replace('post', 'get')],
    ['a PIN', form(pw('pin', 'autocomplete=new-password'), 'Enable two-factor authentication', '/2fa')],
  ]
  for (const [what, html] of others) assert.equal(find(html), null, what)
})

test('a label may speak of the other password', () => {
  const labels = `<label>New password, other than the current one ${pw('a')}</label>
    <label>Current password, to confirm the new one ${pw('b')}</label>`
  assert.deepEqual(find(form(labels)), ['b', 'a', null])
})

test('of several buttons it is the one that says so', () => {
  const buttons =
    '<button name=do value=mail>Save address</button><button name=do value=pw>Set password</button>'
  const found = findPasswordForm(page(form(pw('current') + pw('new') + buttons, 'Update')))
  assert.deepEqual(found?.button?.sends, [['do', 'pw']])
})

test('of several forms it is the one, and its own button is pressed', () => {
  const html =
    form(`<input name=q>`, 'Search', '/search') +
    form(pw('password'), 'Delete account', '/account/delete') +
    form(
      `${pw('current')}${pw('new')}<button name=do value=wipe>Delete everything</button>`,
      'Change password',
      '/pw',
    )
  const found = findPasswordForm(page(html))
  assert.ok(found)
  const sent = fillForm(found.form, found.form.action, new Map(), found.button)
  assert.equal(sent.url.pathname, '/pw')
  assert.ok(!sent.body?.fields.some(([name]) => name === 'do'))
})

test('what the user names is taken', () => {
  const html = form('<input type=text name=a><input type=password name=b>', 'Reset', '/reset')
  assert.equal(find(html), null)
  assert.deepEqual(find(html, { currentPasswordField: 'a', newPasswordField: 'b' }), ['a', 'b', null])
})

test('a box about the other sessions', () => {
  const fields = pw('current') + pw('new')
  const choice = (box: string) => findPasswordForm(page(form(fields + box)))?.choice ?? null
  const ends = choice('<label><input type=checkbox name=x value=1> Log out of all other devices</label>')
  assert.deepEqual([ends?.field.name, ends?.tickEnds], ['x', true])
  assert.equal(choice('<input type=checkbox name=revoke_other_sessions>')?.tickEnds, true)
  const keeps = choice(
    '<label><input type=checkbox name=y checked> Stay signed in on my other devices</label>',
  )
  assert.deepEqual([keeps?.field.name, keeps?.tickEnds], ['y', false])
  assert.equal(choice('<label><input type=checkbox name=w> Keep me signed in on this device</label>'), null)
  assert.equal(choice('<label><input type=checkbox name=z> Mail me about news</label>'), null)

  const found = findPasswordForm(page(form(`${fields}<input type=checkbox name=sign_out_others value=1>`)))
  assert.ok(found?.choice)
  const sent = (ending: boolean) =>
    fillForm(
      ending && found.choice ? endingOthers(found.form, found.choice) : found.form,
      found.form.action,
      new Map(),
    ).body?.fields.map(([name]) => name)
  assert.deepEqual([sent(false)?.length, sent(true)?.includes('sign_out_others')], [2, true])
})

test('what a form says of a new password', () => {
  const takes = (attributes: string, value: string): boolean | undefined => {
    const found = findPasswordForm(page(form(pw('current') + pw('new', attributes))))
    return found === null ? undefined : accepts(found.fresh, value)
  }
  assert.deepEqual([takes('minlength=8', '1234567'), takes('minlength=8', '12345678')], [false, true])
  assert.deepEqual([takes('maxlength=4', '12345'), takes('maxlength=4', '1234')], [false, true])
  assert.deepEqual([takes('pattern="[a-z]{3}"', 'abcd'), takes('pattern="[a-z]{3}"', 'abc')], [false, true])
  assert.deepEqual([takes('pattern="("', 'x'), takes('', '')], [true, true])
})
