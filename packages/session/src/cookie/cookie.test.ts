import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Cookie } from 'tough-cookie'
import { isSessionError } from '../errors.ts'
import { type CookieOptions, createCookie, type SessionCookie } from './cookie.ts'

test('the default is the strictest cookie', () => {
  assert.equal(createCookie().issue('T', null), '__Host-session=T; Path=/; Secure; HttpOnly; SameSite=Strict')
})

test('a persistent cookie lives as long as its session may, and no longer than browsers keep one', () => {
  const maxAge = (life: number) => Cookie.parse(createCookie().issue('T', life))?.maxAge
  assert.deepEqual([maxAge(3_600_000), maxAge(1), maxAge(1e15)], [3600, 1, 34_560_000])
})

test('a removal has the same scope and ends at once', () => {
  const cookie = createCookie({ name: 'sid', path: '/app', domain: 'example.com', sameSite: 'Lax' })
  const removal = Cookie.parse(cookie.remove())
  assert.deepEqual([removal?.path, removal?.domain, removal?.maxAge], ['/app', 'example.com', 0])
})

test('what browsers would refuse is refused at start, with what to write instead', () => {
  const invalid: [CookieOptions, RegExp][] = [
    [{ name: 'sid', sameSite: 'None', secure: false }, /secure: true/],
    [{ name: '__Host-sid', domain: 'example.com' } as unknown as CookieOptions, /Leave out domain/],
    [{ name: '__Host-sid', path: '/app' } as unknown as CookieOptions, /Leave out domain, path/],
    [{ name: '__host-sid', secure: false } as unknown as CookieOptions, /Secure/],
    [{ name: '__Secure-sid', secure: false } as unknown as CookieOptions, /Leave out secure/],
    [{ name: '__Http-sid', secure: false } as unknown as CookieOptions, /Leave out secure/],
    [{ name: 's d' }, /is not a cookie name/],
    [{ name: 'sid', path: 'app' }, /must start with/],
    [{ name: 'sid', path: '/; Domain=evil' }, /must start with/],
    [{ name: 'sid', domain: 'a.example; Path=/x' }, /not a host name/],
    [{ partitioned: true }, /Write that, or leave partitioned out/],
    [{ name: 'sid', partitioned: true, sameSite: 'Lax' }, /sameSite: 'None'/],
    [{ name: 'sid', partitioned: true, sameSite: 'None', secure: false }, /secure: true/],
    [{ formerly: [{ path: '/app' }] }, /Path=\/ and without Domain/],
    [{ formerly: [{ domain: 'example.com' }] }, /Path=\/ and without Domain/],
    [{ formerly: [{}] }, /scope that the cookie has now/],
    [{ name: 'sid', domain: 'Example.com', formerly: [{ domain: '.example.com' }] }, /scope that/],
    [{ name: 'sid', formerly: [{ path: 'app' }] }, /must start with/],
    [{ name: 'sid', formerly: [{ domain: 'a b' }] }, /not a host name/],
    [{ name: 'sid', formerly: [{ Path: '/app' }] } as unknown as CookieOptions, /no option Path/],
    [{ name: 'sid', formerly: { path: '/app' } } as unknown as CookieOptions, /must be a list/],
    [{ name: 'sid', formerly: Array.from({ length: 11 }, (_, n) => ({ path: `/${n}` })) }, /at most 10/],
    [{ sameSite: 'strict' } as unknown as CookieOptions, /'Strict', 'Lax' or 'None'/],
  ]
  for (const [options, message] of invalid) {
    assert.throws(
      () => createCookie(options),
      (error) => isSessionError(error) && error.code === 'config_invalid' && message.test(error.message),
      JSON.stringify(options),
    )
  }
})

// Compile-time half of the rule: these lines must be type errors, and `tsc` fails when one is not.
export const refusedByTheCompiler: CookieOptions[] = [
  // @ts-expect-error a __Host- name has no Domain
  { name: '__Host-sid', domain: 'example.com' },
  // @ts-expect-error a __Host- name has Path=/
  { name: '__Host-sid', path: '/app' },
  // @ts-expect-error a __Host- name is Secure
  { name: '__Host-sid', secure: false },
  // @ts-expect-error a __Secure- name is Secure
  { name: '__Secure-sid', secure: false },
]
export const acceptedByTheCompiler: CookieOptions[] = [
  {},
  { name: '__Host-sid', path: '/', secure: true, sameSite: 'Lax' },
  { name: '__Secure-sid', domain: 'example.com' },
  { name: 'sid', domain: 'example.com', path: '/app', secure: false },
]

test('a partitioned cookie is so at its issue and at its removal', () => {
  const cookie = createCookie({ partitioned: true, sameSite: 'None' })
  const ending = '; Path=/; Secure; HttpOnly; SameSite=None; Partitioned'
  assert.ok(cookie.issue('T', null).endsWith(ending))
  assert.ok(cookie.remove().endsWith(ending))
  assert.deepEqual(cookie.formerRemovals, [])
})

test('cookies of earlier scopes are removed as what they were, also partitioned and plain ones of one path', () => {
  const removals = ({ formerRemovals }: SessionCookie) =>
    formerRemovals.map((line) => {
      assert.match(line, /^[^=]+=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT;/)
      const { path, domain, secure, sameSite } = Cookie.parse(line) ?? {}
      return [path, domain, secure, sameSite, line.endsWith('; Partitioned')]
    })
  const formerly = [
    { path: '/app' },
    { domain: 'example.com' },
    { path: '/app', domain: 'example.com' },
    { partitioned: true },
  ]
  assert.deepEqual(removals(createCookie({ name: 'sid', secure: false, sameSite: 'Lax', formerly })), [
    ['/app', null, false, 'lax', false],
    ['/', 'example.com', false, 'lax', false],
    ['/app', 'example.com', false, 'lax', false],
    ['/', null, true, 'none', true],
  ])
  const partitioned = createCookie({ partitioned: true, sameSite: 'None', formerly: [{}] })
  assert.deepEqual(removals(partitioned), [['/', null, true, 'none', false]])
})

test('all values under the name are candidates, each once and in order, and a few at most', () => {
  const cookie = createCookie({ name: 'sid' })
  assert.deepEqual(cookie.candidates('sid=a; x=1; sid=b;sid=a; xsid=c; sid=d'), ['a', 'b', 'd'])
  for (const header of [null, undefined, '', 'x=1']) assert.deepEqual(cookie.candidates(header), [])
  const many = Array.from({ length: 100 }, (_, n) => `sid=${n}`).join('; ')
  assert.deepEqual(cookie.candidates(many), ['0', '1', '2', '3', '4', '5', '6', '7'])
})

test('finds its own cookie among others', () => {
  const cookie = createCookie({ name: 'sid' })
  const found: [string | null, string | null][] = [
    ['sid=a', 'a'],
    ['x=1; sid=a; y=2', 'a'],
    ['x=1;sid=a;y=2', 'a'],
    ['\tsid=a ', 'a'],
    ['xsid=b; sid=a', 'a'],
    ['sidx=b; sid=a', 'a'],
    ['x=sid=b; sid=a', 'a'],
    ['sid=', ''],
    ['sid', null],
    ['xsid=b', null],
    ['SID=b', null],
    ['', null],
    [null, null],
  ]
  for (const [header, value] of found) assert.equal(onlyOf(cookie.candidates(header)), value, String(header))
})

/** The value where there is just one. */
function onlyOf(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null
}

test('a name that comes twice with different values is not taken for either: a sibling host may have planted one', () => {
  const cookie = createCookie({ name: 'sid' })
  assert.equal(onlyOf(cookie.candidates('sid=a; sid=b')), null)
  assert.equal(onlyOf(cookie.candidates('sid=a; sid=a')), 'a')
})

test('parsing arbitrary headers never throws, and agrees with splitting them', () => {
  const cookie = createCookie({ name: 'sid' })
  const piece = fc.constantFrom(
    'sid',
    '=',
    ';',
    ' ',
    'a',
    '\t',
    'sid=',
    '; sid=',
    'x',
    '"',
    ',',
    '\u0000',
    'ä',
  )
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(header, (text) => {
      const values = text
        .split(';')
        .map((pair) => pair.replace(/^[ \t]+/, ''))
        .filter((pair) => pair.startsWith('sid='))
        .map((pair) => pair.slice(4).trim())
      const expected = new Set(values).size === 1 ? (values[0] ?? null) : null
      assert.equal(onlyOf(cookie.candidates(text)), expected)
      assert.deepEqual(cookie.candidates(text), [...new Set(values)].slice(0, 8))
    }),
    { numRuns: 5000 },
  )
})
