import assert from 'node:assert/strict'
import test from 'node:test'
import { cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import { fingerprintOf, lasting } from './fingerprint.ts'
import { judge } from './judge.ts'

test('what differs between two runs is left out of a place', () => {
  const same: readonly (readonly [string, ...string[]])[] = [
    ['/account', 'http://127.0.0.1:41873/account', 'https://app.example.com/account'],
    ['POST /nickname', 'POST http://localhost:3000/nickname', 'POST https://pr-12.example.com/nickname'],
    ['/', 'http://127.0.0.1:3000/', 'https://app.example.com'],
    ['/orders/*/edit', '/orders/17/edit', 'https://x/orders/4711/edit'],
    ['/orders/*', '/orders/550e8400-e29b-41d4-a716-446655440000', '/orders/8f14e45fceea167a5a36dedd4bea2543'],
    ['/reset/*', '/reset/eyJhbGciOiJIUzI1NiJ9_x', '/reset/Zx81kQpL-o9_22ssWWqq00'],
    ['/a?id&page', 'https://x/a?page=2&id=9', '/a?id=1&page=7&page=8', '/a?page&id'],
    ['/a;jsessionid=<sid>', '/a;jsessionid=<sid:0123abcd>', 'http://x/a;jsessionid=<sid:aaaa1111>'],
    ['cookie remember_web_*', 'cookie remember_web_59ba36addc2b2f9401580f014c7f58ea4e30989d'],
    ['cookie _session_*', 'cookie _session_3000', 'cookie _session_41873'],
    ['http://', 'http://'],
  ]
  for (const [lasts, ...places] of same) for (const place of places) assert.equal(lasting(place), lasts)
})

test('words that do not change stay', () => {
  for (const place of [
    'login',
    'cookie __Host-sid',
    'Strict-Transport-Security',
    '/v2/me',
    '/log-in-with-a-password',
  ]) {
    assert.equal(lasting(place), place)
  }
})

test('check, place and kind each make another fault, and severity and wording none', () => {
  const one = fingerprintOf('logout', { where: 'logout' })
  assert.match(one, /^[0-9a-f]{16}$/)
  assert.equal(one, fingerprintOf('logout', { where: 'logout', kind: '' }))
  const others = [
    fingerprintOf('fixation', { where: 'logout' }),
    fingerprintOf('logout', { where: 'login' }),
    fingerprintOf('logout', { where: 'logout', kind: 'sid' }),
  ]
  assert.equal(new Set([one, ...others]).size, 4)
})

test('a report carries them, the same for the same site at another address', () => {
  const at = { finishedAt: '2026-11-29T09:00:00.000Z' }
  const faulty = { cookies: gathered([cookie('__Host-session', { httpOnly: false, sameSite: null })]) }
  const prints = (url: string) =>
    judge(fileOf(faulty, { ...fileOf().target, url, origin: url }), at).checks.flatMap(({ findings }) =>
      findings.map(({ fingerprint }) => fingerprint),
    )
  const [first, ...rest] = prints('https://app.example.com')
  assert.ok(first !== undefined && rest.length > 0)
  assert.deepEqual(prints('https://staging.example.com:8443'), [first, ...rest])
})
