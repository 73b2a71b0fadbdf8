import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheHeadersOf, isFromCache, sharingOf, variesByCookie } from './cacheability.ts'

const DATE = 'Sun, 29 Nov 2026 12:00:00 GMT'
const LATER = 'Sun, 29 Nov 2026 13:00:00 GMT'

const rows: readonly (readonly [headers: Record<string, string>, says: string])[] = [
  [{}, 'unsaid'],
  [{ 'cache-control': 'public' }, 'allowed'],
  [{ 'cache-control': 'Max-Age=60' }, 'allowed'],
  [{ 'cache-control': 'max-age = 60' }, 'allowed'],
  [{ 'cache-control': 's-maxage="60"' }, 'allowed'],
  [{ 'cache-control': 'max-age=0' }, 'forbidden'],
  [{ 'cache-control': 'public, max-age=0' }, 'forbidden'],
  [{ 'cache-control': 'max-age=60, s-maxage=0' }, 'forbidden'],
  [{ 'cache-control': 'max-age=0, s-maxage=60' }, 'allowed'],
  [{ 'cache-control': 'public, max-age=60, no-store' }, 'forbidden'],
  [{ 'cache-control': 'private, max-age=60' }, 'forbidden'],
  [{ 'cache-control': 'no-cache, max-age=60' }, 'forbidden'],
  [{ 'cache-control': 'public, max-age=60, no-cache="Set-Cookie"' }, 'forbidden'],
  [{ 'cache-control': 'max-age=60, private="x-other, set-cookie"' }, 'forbidden'],
  [{ 'cache-control': 'max-age=60, private="x-other"' }, 'allowed'],
  [{ 'cache-control': 'must-revalidate' }, 'unsaid'],
  [{ 'cache-control': 'private', 'cdn-cache-control': 'max-age=60' }, 'allowed'],
  [{ 'cdn-cache-control': 'no-store' }, 'unsaid'],
  [{ expires: LATER, date: DATE }, 'allowed'],
  [{ expires: DATE, date: DATE }, 'forbidden'],
  [{ expires: '0', date: DATE }, 'forbidden'],
  [{ expires: LATER }, 'forbidden'],
  [{ expires: LATER, date: DATE, 'cache-control': 'no-store' }, 'forbidden'],
  [{ expires: DATE, date: LATER, 'cache-control': 'max-age=60' }, 'allowed'],
  [{ 'cache-control': 'public', vary: '*' }, 'forbidden'],
]

for (const [headers, says] of rows) {
  test(`${JSON.stringify(headers)}: ${says}`, () => {
    assert.equal(sharingOf(cacheHeadersOf(headers)), says)
  })
}

test('what a cache had, and what it keeps for each cookie', () => {
  const from = (headers: Record<string, string>) => isFromCache(cacheHeadersOf(headers))
  assert.deepEqual([from({ age: '3' }), from({ age: '0' }), from({})], [true, false, false])
  assert.deepEqual(
    [from({ 'x-cache': 'Hit from cloudfront' }), from({ 'cf-cache-status': 'MISS' })],
    [true, false],
  )
  const varies = (vary: string) => variesByCookie(cacheHeadersOf({ vary }))
  assert.deepEqual([varies('Accept-Encoding, cookie'), varies('X-Cookie')], [true, false])
})
