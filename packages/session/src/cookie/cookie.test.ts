import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Cookie } from 'tough-cookie'
import { isSessionError } from '../errors.ts'
import { type CookieOptions, createCookie } from './cookie.ts'

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
  for (const [header, value] of found) assert.equal(cookie.find(header), value, String(header))
})

test('a name that comes twice with different values is nobody’s: a sibling host may have planted one', () => {
  const cookie = createCookie({ name: 'sid' })
  assert.equal(cookie.find('sid=a; sid=b'), null)
  assert.equal(cookie.find('sid=a; sid=a'), 'a')
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
      assert.equal(cookie.find(text), expected)
    }),
    { numRuns: 5000 },
  )
})
