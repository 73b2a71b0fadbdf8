import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSessionError } from '../errors.ts'
import { testExchange } from '../testing/exchange.ts'
import { createCrossOriginCheck } from './cross-origin.ts'

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly site?: string
  readonly origin?: string
  readonly upgrade?: string
  readonly host?: string
}

const check = createCrossOriginCheck({
  trustedOrigins: ['https://app.example.com'],
  exempt: ['/webhook'],
})

function isAllowed({ method = 'POST', path = '/transfer', site, origin, upgrade, host }: Sent): boolean {
  const headers: Record<string, string | undefined> = {
    'sec-fetch-site': site,
    origin,
    upgrade,
    host: host ?? 'shop.example.com',
  }
  try {
    const header = (name: string) => headers[name]
    check(
      testExchange({ method, path, header, setCookie: () => assert.fail(), setHeader: () => assert.fail() }),
    )
    return true
  } catch (error) {
    assert.ok(isSessionError(error) && error.code === 'cross_origin_request' && error.status === 403)
    return false
  }
}

test('what browsers say of each kind of request', () => {
  const table: [Sent, boolean][] = [
    [{ site: 'same-origin', origin: 'https://shop.example.com' }, true],
    [{ site: 'none' }, true],
    [{ site: 'same-origin' }, true],
    // A service worker of ours passes on what a stranger's page sent: Firefox and WebKit call that same-origin.
    [{ site: 'same-origin', origin: 'https://evil.example' }, false],
    [{ site: 'none', origin: 'https://evil.example' }, false],
    [{ site: 'same-origin', origin: 'https://evil.example', path: '/webhook' }, true],
    [{ site: 'same-origin', origin: 'https://app.example.com' }, true],
    // Behind a proxy with a Host of its own.
    [{ site: 'same-origin', origin: 'https://shop.example.com', host: 'upstream:8080' }, false],
    [{ site: 'same-origin', origin: 'https://app.example.com', host: 'upstream:8080' }, true],
    [{ site: 'same-origin', origin: 'https://shop.example.com', host: 'Shop.example.com:443' }, true],
    [{ site: 'same-origin', origin: 'http://shop.example.com', host: 'shop.example.com:443' }, false],
    [{ site: 'same-origin', origin: 'https://shop.example.com:8443', host: 'shop.example.com:8443' }, true],
    // Referrer-Policy: no-referrer.
    [{ site: 'same-origin', origin: 'null' }, true],
    [{ site: 'same-site', origin: 'null' }, false],
    [{ site: 'cross-site', origin: 'https://shop.example.com' }, false],
    [{ site: 'same-origin', origin: 'tauri://shop.example.com' }, false],
    [{ origin: 'tauri://shop.example.com' }, false],
    [{ site: 'same-site', origin: 'https://evil.example.com' }, false],
    [{ site: 'cross-site', origin: 'https://evil.example' }, false],
    [{ site: 'cross-site', origin: 'null' }, false],
    [{ site: 'cross-site' }, false],
    [{ site: 'surprise', origin: 'https://shop.example.com' }, false],
    [{ site: 'cross-site', origin: 'https://app.example.com' }, true],
    [{ site: 'same-site', origin: 'https://app.example.com' }, true],
    [{ site: 'cross-site', origin: 'https://app.example.com.evil.example' }, false],
    [{ site: 'cross-site', origin: 'https://app.example.com:8443' }, false],
    [{ site: 'cross-site', origin: 'http://app.example.com' }, false],
    [{}, true],
    [{ origin: 'https://shop.example.com' }, true],
    [{ origin: 'http://shop.example.com' }, true],
    [{ origin: 'https://shop.example.com:444' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'https://shop.example.com.evil.example' }, false],
    [{ origin: '' }, true],
    [{ site: 'cross-site', path: '/webhook' }, true],
    [{ site: 'cross-site', path: '/webhook/' }, false],
    [{ site: 'cross-site', path: '/webhook/../transfer' }, false],
  ]
  for (const [sent, expected] of table) assert.equal(isAllowed(sent), expected, JSON.stringify(sent))
})

test('an upgrade is checked, although it is a GET', () => {
  const table: [Sent, boolean][] = [
    [{ origin: 'https://shop.example.com' }, true],
    [{ origin: 'https://app.example.com' }, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ site: 'same-site', origin: 'https://evil.example.com' }, false],
    [{ site: 'same-origin' }, true],
    [{ site: 'same-origin', origin: 'https://evil.example' }, false],
    [{}, true],
    [{ origin: 'https://evil.example', path: '/webhook' }, true],
  ]
  for (const [sent, expected] of table) {
    assert.equal(isAllowed({ method: 'GET', upgrade: 'websocket', ...sent }), expected, JSON.stringify(sent))
  }
})

test('methods that change nothing pass, every other is checked', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    assert.equal(isAllowed({ method, site: 'cross-site' }), true)
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), (method) => {
      assert.equal(isAllowed({ method, site: 'cross-site' }), ['GET', 'HEAD', 'OPTIONS'].includes(method))
    }),
  )
})

test('any origin but ours and the trusted is refused, whatever its text', () => {
  const own = ['shop.example.com']
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), fc.string()), (origin) => {
      const isOwn = URL.canParse(origin) && own.includes(new URL(origin.trim()).host)
      assert.equal(isAllowed({ origin: `${origin}x` }), isOwn)
      assert.equal(isAllowed({ site: 'cross-site', origin }), origin.trim() === 'https://app.example.com')
    }),
  )
})

test('pages inside applications and extensions can be trusted, each for itself', () => {
  for (const origin of [
    'capacitor://localhost',
    'tauri://localhost',
    'app://obsidian.md',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://0c7b0a52-5b0e-4f0e-9d0c-1f7f3c2f9a11',
    'vscode-webview://abc:81',
  ]) {
    const check = createCrossOriginCheck({ trustedOrigins: [origin] })
    const send = (origin: string) => {
      const headers: Record<string, string> = { origin, 'sec-fetch-site': 'cross-site', host: 'localhost' }
      const header = (name: string) => headers[name]
      check(testExchange({ method: 'POST', header }))
    }
    send(origin)
    for (const other of [`${origin}.evil`, `x${origin}`, `${origin}/`, origin.slice(0, -1), 'null']) {
      assert.throws(() => send(other), /another origin/, other)
    }
  }
})

test('the refusal says what came, and both ways out behind a proxy', () => {
  const header = (name: string) => ({ origin: 'https://shop.example', host: '10.0.0.1:80' })[name]
  assert.throws(
    () => check(testExchange({ method: 'POST', header })),
    /Origin "https:\/\/shop.example", Host "10.0.0.1:80".*proxy_set_header Host.*trustedOrigins.*exempt/,
  )
})

test('origins and paths that could never match as meant are refused at start', () => {
  for (const origin of [
    'app.example.com',
    'https://app.example.com/',
    'https://*.example.com',
    'https://*.example.com/x',
    'https://app.example.com:443',
    'HTTPS://A.example',
    'capacitor://localhost/',
    'capacitor://*',
    'capacitor:localhost',
    'chrome-extension://',
    'app://user@main',
    '*',
    '',
  ])
    assert.throws(() => createCrossOriginCheck({ trustedOrigins: [origin] }), /is not an origin/, origin)
  assert.throws(() => createCrossOriginCheck({ trustedOrigins: ['null'] }), /sandbox.*no-referrer/)
  for (const path of ['webhook', '/webhooks/*', '/webhook?x=1'])
    assert.throws(() => createCrossOriginCheck({ exempt: [path] }), /is not one path/)
})
