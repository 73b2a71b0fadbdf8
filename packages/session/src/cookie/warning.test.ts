import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testExchange } from '../testing/exchange.ts'
import { createCookie } from './cookie.ts'
import { createRefusalWarning } from './warning.ts'

function warningsFor(
  requests: { encrypted?: boolean; headers: Record<string, string> }[],
  secure = true,
): string[] {
  const warnings: string[] = []
  const check = createRefusalWarning(createCookie({ name: 'sid', secure }), (message) =>
    warnings.push(message),
  )
  for (const { encrypted, headers } of requests) {
    check(testExchange({ header: (name) => headers[name], encrypted }))
  }
  return warnings
}

test('a Secure cookie over plain http beyond localhost draws one warning', () => {
  const plain = { encrypted: false, headers: { host: 'intranet.example' } }
  const warnings = warningsFor([plain, plain])
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /browsers refuse the Secure cookie sid.*https/)
})

test('no warning where browsers keep it, or where it is not Secure', () => {
  const kept = [
    { encrypted: true, headers: { host: 'example.com' } },
    { headers: { host: 'example.com' } },
    { encrypted: false, headers: { host: 'localhost:3000' } },
    { encrypted: false, headers: { host: 'app.localhost' } },
    { encrypted: false, headers: { host: '127.0.0.1:80' } },
    { encrypted: false, headers: { host: '[::1]:80' } },
    { encrypted: false, headers: { host: 'example.com', 'x-forwarded-proto': 'https' } },
    { encrypted: false, headers: { host: 'example.com', forwarded: 'for=1.2.3.4;proto=https' } },
    { encrypted: false, headers: { host: 'example.com', 'sec-fetch-site': 'same-origin' } },
  ]
  assert.deepEqual(warningsFor(kept), [])
  assert.deepEqual(warningsFor([{ encrypted: false, headers: { host: 'intranet.example' } }], false), [])
})

test('a host that only looks like localhost is warned about', () => {
  for (const host of ['localhost.example.com', 'notlocalhost', '128.0.0.1', '127.0.0.1.example.com']) {
    assert.equal(warningsFor([{ encrypted: false, headers: { host } }]).length, 1, host)
  }
})

const webKit = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const safari = `${webKit} Version/26.1 Safari/605.1.15`
const chrome = `${webKit} Chrome/156.0.0.0 Safari/537.36`

test('Safari on plain http localhost draws a warning of its own, which says what to do', () => {
  const headers = { host: 'localhost:3000', 'sec-fetch-site': 'same-origin', 'user-agent': safari }
  const request = { encrypted: false, headers }
  const warnings = warningsFor([
    request,
    request,
    { encrypted: false, headers: { host: 'intranet.example' } },
  ])
  assert.equal(warnings.length, 2)
  assert.match(warnings[0] ?? '', /WebKit.*secure: false.*https/)
  assert.deepEqual(warningsFor([request], false), [])
  const chromeOfIos = { ...headers, 'user-agent': `${webKit} CriOS/156.0.0.0 Mobile/15E148 Safari/604.1` }
  assert.equal(warningsFor([{ encrypted: false, headers: chromeOfIos }]).length, 1)
})

test('no such warning of other browsers, nor where the browser sees https', () => {
  const of = (agent: string, more = {}, encrypted = false) => ({
    encrypted,
    headers: { host: 'localhost', 'sec-fetch-site': 'same-origin', 'user-agent': agent, ...more },
  })
  const quiet = [
    of(chrome),
    of(`${chrome} Version/4.0 Safari/537.36`),
    of('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'),
    of('curl/8.14.1'),
    of(safari, {}, true),
    of(safari, { 'x-forwarded-proto': 'https' }),
    of(safari, { host: 'app.example' }),
  ]
  for (const each of quiet) assert.deepEqual(warningsFor([each]), [], each.headers['user-agent'])
})
