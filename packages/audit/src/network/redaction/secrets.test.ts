import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprint, Secrets } from './secrets.ts'

function withSecrets(): Secrets {
  const secrets = new Secrets()
  secrets.add('sid', 's:a/b+c 12345')
  secrets.add('theme', 'dark')
  secrets.add('next', '/dashboard')
  secrets.addCredential('password', 'swordfish')
  return secrets
}

test('a known secret is replaced raw, encoded and inside plain data', () => {
  const shown = `<sid:${fingerprint('s:a/b+c 12345')}>`
  const secrets = withSecrets()
  assert.equal(secrets.redact('x s:a/b+c 12345 y'), `x ${shown} y`)
  assert.equal(secrets.redact(encodeURIComponent('s:a/b+c 12345')), shown)
  assert.deepEqual(secrets.redactDeep({ a: ['s:a/b+c 12345', 1, null] }), { a: [shown, 1, null] })
})

test('plain words and paths are left alone', () => {
  assert.equal(withSecrets().redact('dark /dashboard'), 'dark /dashboard')
})

test('a URL loses known secrets, credentials however plain, and what looks like a token', () => {
  const secrets = withSecrets()
  const url = secrets.redactUrl(
    'https://x/a;jsessionid=0123456789abcdef0?pw=swordfish&q=two&t=abcdefgh12345678#f',
  )
  assert.match(url, /^https:\/\/x\/a;jsessionid=<jsessionid:\w{8}>\?pw=<password>&q=two&t=<t:\w{8}>$/)
})

test('a password is shown without a fingerprint, which would help to guess it', () => {
  assert.equal(withSecrets().show('pw', 'swordfish'), '<password>')
  assert.match(withSecrets().show('sid', 'abc'), /^<sid:[0-9a-f]{8}>$/)
})

test('a password is hidden in an address of whatever encoding', () => {
  const secrets = new Secrets()
  secrets.addCredential('password', 'grün')
  for (const sent of ['gr%C3%BCn', 'gr%FCn', 'gr%26%23252%3Bn', 'gr%A8%B9n', 'gr%9Fn'])
    assert.doesNotMatch(secrets.redactUrl(`https://x/a?pw=${sent}&b=two`), /gr/, sent)
})
