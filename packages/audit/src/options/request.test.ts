import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOptions } from './check-options.ts'
import type { AuditOptions } from './options.ts'
import { fillBody, readRequest, textsOf } from './request.ts'

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
    [{ logoutRequest: 'POST /a b={{password}}' }, /\{\{password\}\}; there are \{\{access_token\}\} and/],
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

test('a place takes what the login gave as it stands; without it there is no request', () => {
  const filled = (text: string, texts: Readonly<Record<string, string>>) => {
    const { body } = read(text)
    return body && fillBody(body, texts)
  }
  const given = { refresh_token: 'a"&b=$&' }
  assert.deepEqual(filled('POST /a t={{refresh_token}}&c=d', given)?.fields, [
    ['t', 'a"&b=$&'],
    ['c', 'd'],
  ])
  const json = filled('POST /a {"t": ["{{ refresh_token }}"]}', given)?.written?.text
  assert.deepEqual(JSON.parse(json ?? ''), { t: ['a"&b=$&'] })
  assert.equal(filled('POST /a t={{access_token}}', given), null)
})
