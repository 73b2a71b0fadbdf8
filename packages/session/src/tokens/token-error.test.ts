import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTokenError, TokenError } from './token-error.ts'

test('a refused token is answered with a challenge that says why', () => {
  const error = new TokenError('token_expired', 'The "token" has expired.', { realm: 'api.example.com' })
  assert.equal(error.status, 401)
  assert.deepEqual(error.headers, {
    'www-authenticate':
      'Bearer realm="api.example.com", error="invalid_token", error_description="The \'token\' has expired."',
  })
  assert.ok(isTokenError(error))
})

test('without a token, the challenge has no error code', () => {
  const { headers } = new TokenError('token_missing', 'Send a token.', { realm: 'a\r\nb: "c"' })
  assert.deepEqual(headers, { 'www-authenticate': `Bearer realm="a''b: 'c'"` })
})

test('too little scope is 403 and names what is needed', () => {
  const { status, headers } = new TokenError('insufficient_scope', 'Ask for more.', { scope: 'read write' })
  assert.equal(status, 403)
  assert.match(headers['www-authenticate'] ?? '', /error="insufficient_scope", .*scope="read write"$/)
})

test('what cannot be known is 503, and worth another try', () => {
  const { status, headers } = new TokenError('revocations_unknown', 'The list is too old.')
  assert.deepEqual([status, headers], [503, { 'retry-after': '1' }])
})

test('Hono is given the whole answer', async () => {
  const response = new TokenError('token_revoked', 'Its session has ended.').getResponse()
  assert.equal(response.status, 401)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.deepEqual(await response.json(), { code: 'token_revoked' })
})
