import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CookieOptions, createCookie } from '../cookie/cookie.ts'
import { companionLine, isLeftAlone } from './companion.ts'

// What adapters do with it is a law of every adapter: testing/laws/navigation-laws.ts.

const cookies: readonly CookieOptions[] = [
  {},
  { name: '__Secure-id', domain: 'example.com', path: '/app' },
  { name: 'id', secure: false },
]

test('the companion is where the session cookie is, for as long, and Lax', () => {
  for (const options of cookies) {
    const cookie = createCookie(options)
    for (const life of [null, 3_600_000]) {
      const line = companionLine(cookie.name, cookie.issue('t0ken', life)) ?? ''
      const expected = createCookie({ ...options, sameSite: 'Lax' }).issue('t0ken', life)
      assert.equal(line, expected.replace(`${cookie.name}=t0ken`, `${cookie.name}-present=1`))
    }
    const removal = createCookie({ ...options, sameSite: 'Lax' }).remove()
    const line = companionLine(cookie.name, cookie.remove())
    assert.equal(line, removal.replace(`${cookie.name}=`, `${cookie.name}-present=`))
  }
})

test('a cookie that other sites’ links bring by itself has none', () => {
  for (const sameSite of ['Lax', 'None'] as const) {
    const cookie = createCookie({ sameSite })
    assert.equal(companionLine(cookie.name, cookie.issue('t0ken', null)), null)
    assert.equal(companionLine(cookie.name, cookie.remove()), null)
  }
})

test('it is alone where the session cookie is not, by their whole names', () => {
  for (const header of ['id-present=1', 'a=b; id-present=1', 'id-present=1;id2=x', 'xid=1; id-present=1'])
    assert.equal(isLeftAlone(header, 'id'), true, header)
  for (const header of [
    ...[
      '',
      'id=1',
      'id=1; id-present=1',
      'id-present=1; id=',
      'xid-present=1',
      'id-present2=1',
      'a=id-present',
    ],
    ...[null, undefined],
  ])
    assert.equal(isLeftAlone(header, 'id'), false, String(header))
})
