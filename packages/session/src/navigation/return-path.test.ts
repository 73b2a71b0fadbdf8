import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { returnPath, withReturnPath } from './return-path.ts'

const origins = ['https://app.example', 'http://localhost:3000']
const refused = '/refused'

test('paths of this origin are kept as they are', () => {
  for (const path of [
    '/',
    '/account',
    '/a/b/c?x=1&y=%2Fother#part',
    '/files/a%2Fb',
    '/caf%C3%A9',
    '/search?q=https://example.com//x',
    '/@user/1.0~beta;v=2',
  ]) {
    assert.equal(returnPath(path, refused), path)
  }
})

test('what leads elsewhere, or may for some parser, is not', () => {
  for (const value of [
    ...[
      '',
      'account',
      '?x',
      '#x',
      '.',
      './x',
      '../x',
      'https://evil.example',
      'javascript:alert(1)',
      'data:,x',
    ],
    ...['//evil.example', '///evil.example', '/\\evil.example', '\\\\evil.example', '\\/evil.example'],
    ...['/\t/evil.example', '/\n/evil.example', '/\r\n/evil.example', '\t//evil.example', ' //evil.example'],
    ...['/x\r\nSet-Cookie: a=b', '/x\0', '/ x', '/x\u007f', '/x\u2028', '/\u2215evil.example', '/é'],
    ...['/%2Fevil.example', '/%2fevil.example', '/%5Cevil.example', '/%5cevil.example', '/%09/evil.example'],
    ...['/%252Fevil.example', '/%25252Fevil.example', '/%2525252Fevil.example', '/%25%32%66evil.example'],
    ...['/x/..//evil.example', '/x/%2e%2e//evil.example', '/x/..%2f%2fevil.example', '/.//evil.example'],
    ...['/x%0d%0aSet-Cookie:%20a=b', '/%00', '/a\\b', '/a%5Cb'],
    ...[undefined, null, 7, {}, ['/account'], new String('/account')],
  ]) {
    assert.equal(returnPath(value, refused), refused, JSON.stringify(value))
  }
})

const piece = fc.constantFrom(
  ...['/', '//', '\\', '.', '..', '%2e', '%2f', '%5c', '%25', '%', '2f', ':', '@', '?', '#', '&', ';', '='],
  ...[
    '\t',
    '\n',
    '\r',
    '\0',
    ' ',
    '%09',
    '%0a',
    '%00',
    '\u00a0',
    'é',
    '／',
    '。',
    'evil.example',
    'https:',
    'a',
  ],
)
const nasty = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`)

test('whatever is let through stays on its origin for the URL parser, also when it is normalised or decoded', () => {
  let kept = 0
  fc.assert(
    fc.property(fc.oneof(nasty, fc.webUrl(), fc.string({ unit: 'binary' })), (value) => {
      const path = returnPath(value, '')
      if (path === '') return
      kept++
      for (const origin of origins) {
        for (const read of [path, decoded(path), decoded(decoded(path)), new URL(path, origin).pathname]) {
          assert.equal(new URL(read, origin).origin, origin, JSON.stringify(value))
        }
      }
    }),
    { numRuns: 20_000 },
  )
  assert.ok(kept > 500, `only ${kept} were let through`)
})

test('an ordinary path is let through, and comes back from the query of the page it was given to', () => {
  const segment = fc.stringMatching(/^[\w~.-]*[\w~-]$/)
  const path = fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`)
  const query = fc.webQueryParameters({ size: 'small' })
  fc.assert(
    fc.property(path, query, (path, query) => {
      const wanted = `${path}?${query}`
      assert.equal(returnPath(wanted, refused), wanted)
      for (const page of ['/confirm', '/confirm?step=2']) {
        const { pathname, searchParams } = new URL(withReturnPath(page, wanted), 'https://app.example')
        assert.equal(pathname, '/confirm')
        assert.equal(searchParams.get('return_to'), wanted)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a page is not given a path that it would refuse, or that is too long for an address', () => {
  for (const path of ['//evil.example', 'http://evil.example/', `/${'x'.repeat(2000)}`]) {
    assert.equal(withReturnPath('/confirm', path), '/confirm')
  }
})

// As a lenient proxy or router does it: what cannot be decoded stays.
function decoded(text: string): string {
  return text.replace(/%[\da-f]{2}/gi, (each) => String.fromCharCode(Number.parseInt(each.slice(1), 16)))
}
