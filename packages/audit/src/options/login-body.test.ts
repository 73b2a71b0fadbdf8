import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkLoginBody, fillJson, fillUrlencoded } from './login-body.ts'

test('a place is filled within its text, whatever stands in it', () => {
  const body = '{"m":"login","params":["{{username}}","x{{ password }}x"],"n":1,"o":null}'
  assert.deepEqual(fillJson(body, { username: 'a"b', password: '","z":"{{username}}' }), {
    m: 'login',
    params: ['a"b', 'x","z":"{{username}}x'],
    n: 1,
    o: null,
  })
  assert.deepEqual(fillUrlencoded('u={{username}}&p={{password}}&p=1', { username: 'a&b', password: '=' }), [
    ['u', 'a&b'],
    ['p', '='],
    ['p', '1'],
  ])
})

test('a body that cannot be what was meant is wrong usage', () => {
  checkLoginBody('json', '{"p":"{{password}}","t":"{{tenant}}"}', { tenant: 'a' })
  checkLoginBody('urlencoded', 'p={{password}}')
  checkLoginBody('form', undefined)
  for (const [format, body, message] of [
    ['jsonrpc', undefined, /needs --login-body/],
    ['form', '{{password}}', /is for --login-format json/],
    [undefined, '{{password}}', /is for --login-format json/],
    ['json', '{"p":{{password}}}', /is no JSON/],
    ['json', '{"p":"secret"}', /must have {{password}}/],
    ['json', '{"p":"{{password}}","t":"{{tenant}}"}', /has {{tenant}}; there are/],
  ] as const) {
    assert.throws(() => checkLoginBody(format, body), { code: 'usage', message })
  }
})
