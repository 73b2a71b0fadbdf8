import assert from 'node:assert/strict'
import test from 'node:test'
import { type AuditForm, auditForm, prepare } from './request.ts'

const form: AuditForm = auditForm.parse({ url: 'https://example.com/', permission: 'yes' })
const anywhere = { allowPrivate: true, mayUseBrowser: true, auditTimeLimit: 120_000 }
const credentials = { username: 'u', password: 'p' }

test('an address needs no scheme, and only http and https are audited', () => {
  const urlOf = (url: string) => prepare({ ...form, url }, anywhere).options?.url
  assert.equal(urlOf('example.com'), 'https://example.com/')
  assert.equal(urlOf('localhost:8080/app#part'), 'http://localhost:8080/app')
  assert.equal(urlOf('HTTP://Example.com'), 'http://example.com/')
  for (const url of [
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'https://u:p@example.com',
  ]) {
    assert.equal(urlOf(url), undefined, url)
  }
})

test('without sign-in details the audit is passive, with them it is not', () => {
  assert.deepEqual(prepare(form, anywhere).options, { url: 'https://example.com/', passive: true })
  const active = prepare(
    { ...form, ...credentials, loginUrl: '/login', loginFormat: 'json' },
    anywhere,
  ).options
  const found = { loginUrl: 'https://example.com/login', loginFormat: 'json' }
  assert.deepEqual(active, { url: 'https://example.com/', passive: false, ...credentials, ...found })
  assert.deepEqual(Object.keys(prepare({ ...form, username: 'u' }, anywhere).problems ?? {}), ['password'])
})

test('pages to sign in at are on the same origin', () => {
  for (const loginUrl of [
    'https://other.example/login',
    '//other.example',
    'http://example.com/login',
    'javascript:1',
  ]) {
    assert.ok(prepare({ ...form, ...credentials, loginUrl }, anywhere).problems?.loginUrl, loginUrl)
  }
})

test('ports of other services are refused where only public sites are audited', () => {
  for (const port of [22, 25, 110, 445]) {
    assert.ok(
      prepare({ ...form, url: `http://example.com:${port}` }, { ...anywhere, allowPrivate: false }).problems
        ?.url,
      String(port),
    )
    assert.equal(prepare({ ...form, url: `http://example.com:${port}` }, anywhere).problems, null)
  }
  for (const port of [80, 443, 8080]) {
    assert.equal(
      prepare({ ...form, url: `http://example.com:${port}` }, { ...anywhere, allowPrivate: false }).problems,
      null,
    )
  }
})

const account = { ...form, ...credentials }
const problemsOf = (more: Partial<AuditForm>, allowed = anywhere) =>
  Object.keys(prepare({ ...account, ...more }, allowed).problems ?? {})

test('what some logins need beside name and password', () => {
  const { options } = prepare(
    {
      ...account,
      ...{ loginUrl: '/api/login', loginFormat: 'json', loginBody: '{"p":"{{password}}"}' },
      ...{ totpSecret: 'JBSW Y3DP', fields: 'tenant=south\r\nnote=a=b\n', headers: 'X-Gate: let me: in' },
      ...{ loginOrigin: 'https://login.example.net/', protectedRequest: 'POST /me {}', browser: 'yes' },
    },
    anywhere,
  )
  assert.deepEqual(options?.fields, { tenant: 'south', note: 'a=b' })
  assert.deepEqual(options?.headers, { 'X-Gate': 'let me: in' })
  assert.deepEqual(options?.loginOrigins, ['https://login.example.net'])
  const { totpSecret, loginBody, protectedRequest, browser } = options ?? {}
  assert.deepEqual(
    [totpSecret, loginBody, protectedRequest, browser],
    ['JBSW Y3DP', '{"p":"{{password}}"}', 'POST /me {}', true],
  )
})

test('what cannot be meant is said at its field', () => {
  for (const [field, typed] of [
    ['fields', 'tenant'],
    ['headers', 'no colon'],
    ['headers', 'Cookie: a=b'],
    ['totpSecret', '123456!'],
    ['loginOrigin', 'https://login.example.net/path'],
    ['loginOrigin', 'https://example.com'],
    ['protectedRequest', '/me'],
    ['logoutRequest', 'POST https://other.example/'],
    ['recording', 'not one'],
  ] as const) {
    assert.deepEqual(problemsOf({ [field]: typed }), [field], typed)
  }
  assert.deepEqual(problemsOf({ loginFormat: 'json' }), ['loginUrl'])
  assert.deepEqual(problemsOf({ loginBody: '{"a":"{{password}}"}' }), ['loginFormat'])
  assert.deepEqual(problemsOf({ loginOrigin: 'http://x.example:22' }, { ...anywhere, allowPrivate: false }), [
    'loginOrigin',
  ])
})

test('where no browser may be started none is, and a recording that needs one is refused', () => {
  const none = { ...anywhere, mayUseBrowser: false }
  assert.equal(prepare({ ...account, browser: 'yes' }, none).options?.browser, undefined)
  const steps = [
    { type: 'navigate', url: 'https://example.com/' },
    { type: 'change', selectors: [['#user']], value: 'u' },
    { type: 'change', selectors: [['input[type=password]']], value: 'p' },
    { type: 'click', selectors: [['#in']], offsetX: 1, offsetY: 1 },
  ]
  const recording = JSON.stringify({ title: 'Login', steps })
  assert.deepEqual(problemsOf({ recording }, none), ['recording'])
  assert.equal(prepare({ ...account, recording }, anywhere).options?.browser, true)
})

test('a recorded session is an active audit without name and password', () => {
  const recording = "curl 'https://example.com/me' -H 'cookie: sid=abcdef0123456789'"
  const { options } = prepare({ ...form, recording }, anywhere)
  assert.deepEqual(
    [options?.passive, options?.loginFrom?.kind, options?.username],
    [false, 'requests', undefined],
  )
})

test('a second account, forms of visitors, a cookie and a self-signed certificate are passed on', () => {
  const more = { secondUsername: 'eve', secondPassword: 'q', puzzle: 'yes', insecure: 'yes' } as const
  const { options } = prepare({ ...account, ...more, logoutUrl: '/bye', reauthUrl: '/again' }, anywhere)
  const { secondUsername, secondPassword, puzzle, insecure, logoutUrl, reauthUrl } = options ?? {}
  assert.deepEqual(
    [secondUsername, secondPassword, puzzle, insecure, logoutUrl, reauthUrl],
    ['eve', 'q', true, true, 'https://example.com/bye', 'https://example.com/again'],
  )
  const passive = { url: 'https://example.com/', passive: true, insecure: true }
  assert.deepEqual(prepare({ ...form, insecure: 'yes' }, anywhere).options, passive)
  const withCookie = prepare({ ...form, cookie: 'sid=abc; lang=en' }, anywhere).options
  assert.deepEqual([withCookie?.cookie, withCookie?.passive], ['sid=abc; lang=en', false])
  assert.deepEqual(problemsOf({ secondUsername: 'u', secondPassword: 'q' }), ['secondUsername'])
  assert.deepEqual(problemsOf({ secondPassword: 'q' }), ['secondUsername'])
  assert.deepEqual(problemsOf({ cookie: 'no pair' }), ['cookie'])
  assert.deepEqual(problemsOf({ logoutUrl: '/bye', logoutRequest: 'POST /bye' }), ['logoutRequest'])
})

test('what is declared of sessions is held against the site', () => {
  const { options } = prepare({ ...account, sameSite: 'Strict', idleTimeout: '20s' }, anywhere, {
    concurrentSessions: 3,
  })
  assert.deepEqual(options?.expect, { concurrentSessions: 3, sameSite: 'Strict' })
  assert.equal(options?.idleTimeout, 20)
})

test('how the site calls its fields and its token, and what a visitor may send, are passed on', () => {
  const given = { usernameField: 'email', passwordField: 'pass', tokenHeader: 'X-Auth', tokenScheme: 'Token' }
  const puzzleRequests = 'POST /forgot user={{username}}\r\nGET /forgot/{{ username }}\n'
  const { options } = prepare({ ...account, ...given, puzzleRequests }, anywhere)
  const { usernameField, passwordField, tokenHeader, tokenScheme } = options ?? {}
  assert.deepEqual({ usernameField, passwordField, tokenHeader, tokenScheme }, given)
  assert.deepEqual(options?.puzzleRequests, ['POST /forgot user={{username}}', 'GET /forgot/{{ username }}'])
  assert.deepEqual(problemsOf({ tokenHeader: 'two words' }), ['tokenHeader'])
  assert.deepEqual(problemsOf({ usernameField: 'mail', fields: 'mail=x' }), ['usernameField'])
  for (const wrong of ['/forgot', 'POST https://other.example/', 'POST /forgot p={{password}}']) {
    assert.deepEqual(problemsOf({ puzzleRequests: wrong }), ['puzzleRequests'], wrong)
  }
  const cookieOnly = { ...form, cookie: 'sid=abc', puzzleRequests: 'POST /forgot user={{username}}' }
  assert.deepEqual(Object.keys(prepare(cookieOnly, anywhere).problems ?? {}), ['username'])
})

test('details that only a sign-in can use are not dropped without a word', () => {
  for (const more of [{ streams: '/events' }, { secondUsername: 'eve' }, { sameSite: 'Lax' }] as const) {
    assert.deepEqual(Object.keys(prepare({ ...form, ...more }, anywhere).problems ?? {}), ['username'])
  }
})
