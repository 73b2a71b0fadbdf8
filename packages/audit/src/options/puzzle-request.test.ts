import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOptions } from './check-options.ts'
import { readPuzzleRequest } from './puzzle-request.ts'

const SITE = new URL('https://site.example/')
const read = (text: string) => readPuzzleRequest(text, SITE, 'a&b "c"')

test('the name stands where its place is, and breaks out of nothing', () => {
  assert.deepEqual(read('POST /forgot user={{username}}&x=1').body?.fields, [
    ['user', 'a&b "c"'],
    ['x', '1'],
  ])
  assert.equal(read('GET /forgot?user={{username}}').url.search, '?user=a%26b%20%22c%22')
  assert.equal(read('POST /forgot {"user":"{{username}}"}').body?.written?.text, '{"user":"a&b \\"c\\""}')
})

test('what cannot be meant is wrong usage', () => {
  assert.throws(() => read('POST /forgot user={{password}}'), { code: 'usage' })
  assert.throws(() => read('FORGOT /forgot'), { code: 'usage' })
  const options = { url: 'https://site.example/', username: 'ada', password: 'x' }
  const elsewhere = { ...options, puzzleRequests: ['POST https://other.example/forgot user=ada'] }
  assert.throws(() => checkOptions(elsewhere), { code: 'usage', message: /another host/ })
  assert.throws(() => checkOptions({ url: options.url, passive: true, puzzle: true }), { code: 'usage' })
  checkOptions({ ...options, puzzle: true, puzzleRequests: ['POST /forgot user={{username}}'] })
})
