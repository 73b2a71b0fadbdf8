import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOptions } from './check-options.ts'
import type { AuditOptions } from './options.ts'
import { readRequest, textsOf } from './request.ts'

const site = new URL('https://app.example.com/start')
const read = (text: string) => readRequest(text, '--logout-request', site)

test('a request is a method, an address, and a body as JSON or of a form', () => {
  assert.deepEqual(read('delete /session'), {
    method: 'DELETE',
    url: new URL('https://app.example.com/session'),
    body: null,
  })
  assert.deepEqual(read('POST /out a=1&b=two+words').body, {
    type: 'urlencoded',
    fields: [
      ['a', '1'],
      ['b', 'two words'],
    ],
  })
  const { body } = read('POST /rpc {"method": "logout", "params": [1, {"key": "k-1"}]}')
  assert.equal(body?.written?.text, '{"method":"logout","params":[1,{"key":"k-1"}]}')
})

test('what is no request is wrong usage', () => {
  for (const text of ['/session', 'TRACE /', 'POST', 'POST /a {"b":', 'GET /a b=1', 'POST ftp://x/', ''])
    assert.throws(() => read(text), { code: 'usage', message: /--logout-request/ }, text)
  const wrong: readonly (readonly [Partial<AuditOptions>, RegExp])[] = [
    [{ logoutRequest: 'POST https://other.example/' }, /--logout-request is on another host/],
    [{ protectedRequest: 'POST //other.example/' }, /--protected-request is on another host/],
    [{ protectedRequest: 'POST /a', protectedUrl: '/a' }, /--protected-url or --protected-request/],
    [{ logoutRequest: 'POST /a', logoutUrl: '/a' }, /--logout-url or --logout-request/],
    [{ tokenScheme: 'two words' }, /--token-scheme/],
  ]
  for (const [more, message] of wrong)
    assert.throws(() => checkOptions({ url: site.href, passive: true, ...more }), { code: 'usage', message })
})

test('every text of a body is known, so that it can be kept to itself', () => {
  assert.deepEqual(textsOf(read('POST /a {"key": "k-1", "in": ["k-2", 3]}')), [
    ['key', 'k-1'],
    ['0', 'k-2'],
  ])
  assert.deepEqual(textsOf(read('POST /a key=k-1')), [['key', 'k-1']])
})
