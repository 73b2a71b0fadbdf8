import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrowserJar, cookiePair } from './jar.ts'
import { readSetCookie } from './set-cookie.ts'
import { CookieStore } from './store.ts'

const NOW = Date.UTC(2026, 0, 1)
const https = new URL('https://shop.example.org/')
const http = new URL('http://shop.example.org/')

function store(...lines: readonly (readonly [line: string, url?: URL])[]): CookieStore {
  const cookies = new CookieStore()
  for (const [line, url = https] of lines) {
    const cookie = readSetCookie(line, url, NOW)
    assert.ok(cookie)
    cookies.put(cookie, url, NOW)
  }
  return cookies
}

const sent = (cookies: CookieStore, url = https, now = NOW) =>
  cookies
    .for(url, now)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')

test('a cookie is sent until it expires', () => {
  const cookies = store(['a=1; Max-Age=60'], ['b=2'])
  assert.equal(sent(cookies, https, NOW + 59_000), 'a=1; b=2')
  assert.equal(sent(cookies, https, NOW + 60_000), 'b=2')
})

test('a Secure cookie goes over https, and over plain http to this machine alone', () => {
  assert.equal(sent(store(['a=1; Secure']), http), '')
  const local = new URL('http://localhost:3000/')
  assert.equal(sent(store(['a=1; Secure', local]), local), 'a=1')
})

test('plain http does not put its own cookie over a Secure one, nor remove it', () => {
  const secure = ['a=1; Secure'] as const
  assert.equal(sent(store(secure, ['a=2', http])), 'a=1')
  assert.equal(sent(store(secure, ['a=2; Domain=example.org', http])), 'a=1')
  assert.equal(sent(store(secure, ['a=; Max-Age=0', http])), 'a=1')
  assert.equal(sent(store(secure, ['b=2', http])), 'a=1; b=2')
  assert.equal(sent(store(['a=1; Secure; Path=/in'], ['a=2; Path=/', http])), 'a=2')
})

test('a cookie of one site is another one’s never', () => {
  const cookies = store(['a=1'], ['b=2; Domain=example.org'])
  assert.equal(sent(cookies, new URL('https://wiki.example.org/')), 'b=2')
  assert.equal(sent(cookies, new URL('https://badexample.org/')), '')
})

test('Clear-Site-Data also removes what its own answer sets', () => {
  const jar = new BrowserJar()
  const learn = (line: string, cleared: boolean) => {
    const cookie = readSetCookie(line, https, Date.now())
    assert.ok(cookie)
    jar.learn(https, [cookie], cleared)
  }
  learn('old=1', false)
  assert.equal(jar.credentials(https).length, 1)
  learn('new=1', true)
  assert.deepEqual(jar.credentials(https), [])
})

test('a planted cookie has the scope that the site uses, and a prefix what it needs', () => {
  const jar = new BrowserJar()
  jar.plant(https, 'sid', 'x', { domain: 'example.org', path: '/in' })
  jar.plant(https, '__Host-sid', 'y', { domain: 'example.org', path: null })
  const at = (url: string) => jar.credentials(new URL(url)).map(cookiePair).join('; ')
  assert.equal(at('https://shop.example.org/in/deep'), 'sid=x; __Host-sid=y')
  assert.equal(at('https://wiki.example.org/in'), 'sid=x')
})

test('a cookie without a name is sent as its value alone', () => {
  assert.equal(cookiePair({ name: '', value: 'lonely' }), 'lonely')
})
