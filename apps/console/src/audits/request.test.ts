import assert from 'node:assert/strict'
import test from 'node:test'
import { type AuditForm, prepare } from './request.ts'

const form: AuditForm = {
  url: 'https://example.com/',
  permission: 'yes',
  username: '',
  password: '',
  loginUrl: '',
  protectedUrl: '',
}
const credentials = { username: 'u', password: 'p' }

test('an address needs no scheme, and only http and https are audited', () => {
  const urlOf = (url: string) => prepare({ ...form, url }, true).options?.url
  assert.equal(urlOf('example.com'), 'https://example.com/')
  assert.equal(urlOf('localhost:8080/app#part'), 'http://localhost:8080/app')
  assert.equal(urlOf('HTTP://Example.com'), 'http://example.com/')
  for (const url of [
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'https://u:p@example.com',
  ]) {
    assert.equal(urlOf(url), undefined, url)
  }
})

test('without sign-in details the audit is passive, with them it is not', () => {
  assert.deepEqual(prepare(form, true).options, { url: 'https://example.com/', passive: true })
  const active = prepare({ ...form, ...credentials, loginUrl: '/login', json: 'yes' }, true).options
  const found = { loginUrl: 'https://example.com/login', loginFormat: 'json' }
  assert.deepEqual(active, { url: 'https://example.com/', passive: false, ...credentials, ...found })
  assert.deepEqual(Object.keys(prepare({ ...form, username: 'u' }, true).problems ?? {}), ['password'])
})

test('pages to sign in at are on the same origin', () => {
  for (const loginUrl of [
    'https://other.example/login',
    '//other.example',
    'http://example.com/login',
    'javascript:1',
  ]) {
    assert.ok(prepare({ ...form, ...credentials, loginUrl }, true).problems?.loginUrl, loginUrl)
  }
})

test('ports of other services are refused where only public sites are audited', () => {
  for (const port of [22, 25, 110, 445]) {
    assert.ok(prepare({ ...form, url: `http://example.com:${port}` }, false).problems?.url, String(port))
    assert.equal(prepare({ ...form, url: `http://example.com:${port}` }, true).problems, null)
  }
  for (const port of [80, 443, 8080]) {
    assert.equal(prepare({ ...form, url: `http://example.com:${port}` }, false).problems, null)
  }
})
