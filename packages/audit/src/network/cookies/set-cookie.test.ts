import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSetCookie } from './set-cookie.ts'

const NOW = Date.UTC(2026, 0, 1)
const read = (raw: string, url = 'https://app.example.com/a') => {
  const cookie = readSetCookie(raw, new URL(url), NOW)
  assert.ok(cookie)
  return cookie
}
const attributes = (raw: string) => read(raw).attributes

test('attributes as browsers read them', () => {
  assert.deepEqual(
    attributes('a=b; secure; HTTPONLY; samesite=sTRICT; Path=/x; Domain=.Example.COM; Partitioned'),
    {
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
      domain: 'example.com',
      path: '/x',
      partitioned: true,
      lifetimeSeconds: null,
    },
  )
})

test('an unknown SameSite, a relative Path and an oversized attribute are as if absent', () => {
  assert.equal(attributes('a=b; SameSite=Loose').sameSite, null)
  assert.equal(attributes('a=b; Path=x').path, null)
  assert.equal(attributes(`a=b; Path=/${'x'.repeat(1024)}`).path, null)
})

test('Max-Age wins over Expires, and no cookie outlives 400 days', () => {
  const expires = 'Expires=Thu, 01 Jan 2026 01:00:00 GMT'
  assert.equal(attributes(`a=b; ${expires}`).lifetimeSeconds, 3600)
  assert.equal(attributes(`a=b; ${expires}; Max-Age=60`).lifetimeSeconds, 60)
  assert.equal(attributes(`a=b; ${expires}; Max-Age=60x`).lifetimeSeconds, 3600)
  assert.equal(attributes('a=b; Max-Age=99999999999').lifetimeSeconds, 34_560_000)
  assert.equal(attributes('a=b; Expires=whenever').lifetimeSeconds, null)
})

test('what removes a cookie', () => {
  assert.equal(read('a=b; Max-Age=0').deletion, true)
  assert.equal(read('a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT').deletion, true)
  assert.equal(read('a=b; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT').deletion, false)
})

test('names and values: no equals sign, spaces, quotes', () => {
  assert.deepEqual([read('lonely').name, read('lonely').value], ['', 'lonely'])
  assert.deepEqual([read(' a = "b=c" ; Path=/').name, read(' a = "b=c" ; Path=/').value], ['a', '"b=c"'])
  assert.equal(readSetCookie('=', new URL('https://x.example/'), NOW), null)
})

const refused: readonly (readonly [raw: string, url: string, why: RegExp | null])[] = [
  ['a=b; SameSite=None', 'https://x.example/', /None without Secure/],
  ['a=b; SameSite=None; Secure', 'https://x.example/', null],
  ['a=b; Secure', 'http://x.example/', /plain http/],
  ['a=b; Secure', 'http://localhost:3000/', null],
  ['a=b; Secure', 'http://127.0.0.1/', null],
  ['__Host-a=b; Secure; Path=/', 'https://x.example/', null],
  ['__host-a=b; Secure', 'https://x.example/', /needs Path=\/ and no Domain/],
  ['__Host-a=b; Secure; Path=/; Domain=x.example', 'https://x.example/', /no Domain/],
  ['__Secure-a=b', 'https://x.example/', /needs Secure/],
  ['__Http-a=b; Secure', 'https://x.example/', /needs HttpOnly/],
  ['__Host-Http-a=b; Secure; HttpOnly; Path=/', 'https://x.example/', null],
  ['=__Host-a=b; Secure; Path=/', 'https://x.example/', /no name/],
  [`a=${'b'.repeat(4095)}`, 'https://x.example/', null],
  [`a=${'b'.repeat(4096)}`, 'https://x.example/', /4096/],
  ['a=b; Domain=other.example', 'https://x.example/', /does not cover/],
  ['a=b; Domain=github.io', 'https://me.github.io/', /public suffix/],
  ['a=b; Domain=example.com', 'https://app.example.com/', null],
  ['a=b; Domain=1.1', 'http://127.0.1.1/', /does not cover/],
  ['a=b; Partitioned', 'https://x.example/', /Partitioned/],
]
for (const [raw, url, why] of refused) {
  test(`${raw.slice(0, 50)} from ${url} is ${why ? 'refused' : 'taken'}`, () => {
    const reason = read(raw, url).refusedByBrowsers
    if (why) assert.match(reason ?? 'taken', why)
    else assert.equal(reason, null)
  })
}

test('a Domain wider than the host, and one that is a public suffix', () => {
  assert.equal(read('a=b; Domain=example.com').widerThanHost, true)
  assert.equal(read('a=b; Domain=app.example.com').widerThanHost, false)
  assert.equal(read('a=b; Domain=co.uk', 'https://shop.co.uk/').domainIsPublicSuffix, true)
})
