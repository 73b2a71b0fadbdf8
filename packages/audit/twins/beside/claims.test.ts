import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOf } from './claims.ts'
import { scoreOf, total } from './score.ts'
import { claimsIn } from './wapiti.ts'

const known = { carriers: ['moor'], loginPath: '/login' }
const claim = (category: string, info: string, path = '/') =>
  checkOf({ category, method: 'GET', path, info }, known)

test('a claim about the session’s cookie is one about its attribute, any other cookie is noise', () => {
  assert.equal(claim('Secure Flag cookie', 'Secure flag is not set in the cookie : moor'), 'cookie-secure')
  assert.equal(
    claim('HttpOnly Flag cookie', 'HttpOnly flag is not set in the cookie : moor'),
    'cookie-httponly',
  )
  assert.equal(claim('Secure Flag cookie', 'Secure flag is not set in the cookie : theme'), 'noise')
})

test('a form without a token is one of the login, or of what a user can do', () => {
  const category = 'Cross Site Request Forgery'
  assert.equal(claim(category, 'Lack of anti CSRF token', '/login'), 'login-csrf')
  assert.equal(claim(category, 'Lack of anti CSRF token', '/profile'), 'cross-site-request')
})

test('of headers, two are about what a check looks at', () => {
  const category = 'HTTP Secure Headers'
  assert.equal(claim(category, 'Strict-Transport-Security is not set'), 'transport')
  assert.equal(claim(category, 'X-Frame-Options is not set'), 'framing')
  assert.equal(claim(category, 'X-Content-Type-Options is not set'), null)
  assert.equal(claim('Content Security Policy Configuration', 'CSP is not set'), null)
})

test('each finding of a report is a claim', () => {
  const found = [{ method: 'POST', path: '/login', info: 'Lack of anti CSRF token', level: 2 }]
  const report = { vulnerabilities: { 'Cross Site Request Forgery': found, 'SQL Injection': [] } }
  assert.deepEqual(claimsIn(report), [
    {
      category: 'Cross Site Request Forgery',
      method: 'POST',
      path: '/login',
      info: 'Lack of anti CSRF token',
    },
  ])
  assert.deepEqual(claimsIn({}), [])
})

test('what was planted is found or missed, what was not is a false positive', () => {
  const said = [
    { planted: ['logout'], failed: ['logout'] },
    { planted: ['logout'], failed: [] },
    { planted: [], failed: ['logout', 'caching'] },
  ] as const
  const logout = scoreOf('logout', said)
  assert.deepEqual(logout, { planted: 2, found: 1, missed: 1, falsePositives: 1 })
  const all = total([logout, scoreOf('caching', said)])
  assert.deepEqual(all, { planted: 2, found: 1, missed: 1, falsePositives: 2 })
})
