import { table } from '../../test/check-table.ts'
import { rowsOfAnyCookieCheck } from '../../test/cookie-rows.ts'
import { carriedBy, cookie, gathered, loopbackHttp, publicHttp } from '../../test/sample-evidence.ts'
import { cookieScope } from './cookie-scope.ts'

const set = (
  name: string,
  attributes: Parameters<typeof cookie>[1],
  rest: Parameters<typeof cookie>[2] = {},
) => ({ carrier: gathered(carriedBy(name)), cookies: gathered([cookie(name, attributes, rest)]) })
const wide = { widerThanHost: true }

table(cookieScope, [
  ...rowsOfAnyCookieCheck({ domain: 'example.com' }, wide),
  {
    when: 'Domain is wider than the host',
    evidence: set('sid', { domain: 'example.com' }, wide),
    says: 'fail',
    severity: 'medium',
    about: /wider than the host/,
  },
  {
    when: 'Domain is the host itself, so that only hosts below it are added',
    evidence: set('sid', { domain: 'app.example.com' }),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'Domain is a public suffix',
    evidence: set('sid', { domain: 'co.uk' }, { ...wide, domainIsPublicSuffix: true }),
    says: 'fail',
    about: /public suffix/,
  },
  {
    when: 'the host is the direct child of a public suffix, without Domain',
    evidence: set('sid', {}, { domainIsPublicSuffix: true }),
    says: 'pass',
  },
  {
    when: 'the rules of a prefix are broken',
    evidence: set('__Host-sid', { path: '/app' }, { refusedByBrowsers: '__Host- wants Path=/' }),
    says: 'fail',
    about: /refuse __Host-sid: __Host- wants Path=\//,
  },
  {
    when: 'a wide Domain also breaks the prefix (one finding)',
    evidence: set(
      '__Host-sid',
      { domain: 'example.com' },
      { ...wide, refusedByBrowsers: '__Host- allows no Domain' },
    ),
    says: 'fail',
  },
  {
    when: 'browsers refuse it for what cookie-samesite reports',
    evidence: set(
      'sid',
      { sameSite: 'None', secure: false },
      { refusedByBrowsers: 'SameSite=None without Secure' },
    ),
    says: 'pass',
  },
  {
    when: 'browsers refuse it for what cookie-secure reports',
    evidence: set('sid', {}, { refusedByBrowsers: 'Secure over http' }),
    target: publicHttp,
    says: 'pass',
  },
  { when: 'the Path is narrow', evidence: set('sid', { path: '/app' }), says: 'pass' },
  {
    when: 'there is no prefix, which is advice only',
    evidence: set('connect.sid', { secure: false }),
    target: loopbackHttp,
    says: 'pass',
    about: /__Host-connect\.sid/,
  },
  {
    when: 'the name has the declared prefix',
    evidence: set('__Host-sid', {}),
    expect: { cookiePrefix: '__Host-' },
    says: 'pass',
  },
  {
    when: 'the name has a prefix that holds more than the declared one',
    evidence: set('__Host-sid', {}),
    expect: { cookiePrefix: '__Secure-' },
    says: 'pass',
  },
  {
    when: 'the name has none, and one is declared',
    evidence: set('sid', {}),
    expect: { cookiePrefix: '__Secure-' },
    says: 'fail',
    severity: 'medium',
    about: /Name the cookie __Secure-sid, with Secure\./,
  },
  {
    when: 'the name has a prefix that holds less than the declared one',
    evidence: set('__Secure-sid', {}),
    expect: { cookiePrefix: '__Host-' },
    says: 'fail',
    about: /Name the cookie __Host-sid, with Secure, Path=\/ and no Domain/,
  },
  {
    when: 'another cookie carries the session than the declared one',
    evidence: set('__Host-sid', {}),
    expect: { cookieName: '__Host-session' },
    says: 'fail',
    severity: 'medium',
    about: /names the session cookie __Host-session/,
  },
  {
    when: 'a visitor’s session is in another cookie than the declared one',
    evidence: set('__Host-sid', {}),
    target: { ...publicHttp, passive: true },
    expect: { cookieName: '__Host-session' },
    says: 'pass',
  },
  {
    when: 'the declared cookie carries the session beside another',
    evidence: {
      carrier: gathered({ ...carriedBy('__Host-sid', 'remember'), sets: [['__Host-sid'], ['remember']] }),
      cookies: gathered([cookie('__Host-sid'), cookie('remember')]),
    },
    expect: { cookieName: '__Host-sid' },
    says: 'pass',
  },
])
