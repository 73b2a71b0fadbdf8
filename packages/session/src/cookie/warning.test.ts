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
