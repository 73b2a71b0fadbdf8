import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit, failsWith, noWait, value } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { accountPage, sessionSite, USER } from '../../../test/session-site.ts'
import { gather, inspectLogin } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import { readRecording } from '../../options/recording/recording.ts'

/** A session of a site, as a browser got it. */
async function sessionOf(url: string): Promise<string> {
  const page = await fetch(`${url}/login`)
  const [before = ''] = (page.headers.getSetCookie()[0] ?? '').split(';')
  const csrf = /name=csrf value="(\w+)"/.exec(await page.text())?.[1] ?? ''
  const body = new URLSearchParams({ csrf, email: USER.username, pw: USER.password })
  const headers = { cookie: before }
  const answer = await fetch(`${url}/login`, { method: 'POST', body, headers, redirect: 'manual' })
  return /sid=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1] ?? ''
}

const stored = (url: string, sid: string, more: object = {}) =>
  JSON.stringify({
    cookies: [
      {
        name: 'sid',
        value: sid,
        domain: new URL(url).hostname,
        path: '/',
        expires: -1,
        httpOnly: true,
        ...more,
      },
      { name: 'other', value: 'elsewhere-elsewhere', domain: 'example.org', path: '/', expires: -1 },
    ],
    origins: [],
  })

const curlOf = (url: string, data: string) =>
  `curl '${url}/login' -H 'Cookie: sid=recorded-session-id' -H 'Referer: ${url}/login' --data-raw '${data}' --compressed`

test('a storage state is a session: what needs a login is skipped, the logout is judged', async (t) => {
  for (const [logoutForgets, expected] of [
    [false, 'pass'],
    [true, 'fail'],
  ] as const) {
    const { url } = await serve(t, sessionSite({ logoutForgets }))
    const sid = await sessionOf(url)
    const file = await gather({ url, loginFrom: readRecording(stored(url, sid)) }, noWait)
    assert.equal(value(file, 'signIn').method, 'storage-state')
    assert.equal(file.evidence.fixation.status, 'skipped')
    const report = judge(file, { finishedAt: '' })
    assert.equal(report.checks.find(({ id }) => id === 'logout')?.verdict, expected)
    for (const secret of [sid, 'elsewhere-elsewhere']) assert.ok(!JSON.stringify(file).includes(secret))
  }
})

test('a storage state that is old, or of another site, says so', async (t) => {
  const { url } = await serve(t, sessionSite())
  const from = (text: string) => inspectLogin({ url, loginFrom: readRecording(text) })
  await assert.rejects(from(stored(url, 'x', { expires: 1 })), failsWith('sign_in_failed', /has expired/))
  await assert.rejects(
    from(stored('http://example.net', 'x')),
    failsWith('sign_in_failed', /is of another site/),
  )
  await assert.rejects(from('{"cookies":[],"origins":[]}'), failsWith('sign_in_failed', /is missing/))
})

test('a token in the local storage goes along as a bearer token', async (t) => {
  const token = 'eyJhbGciOi.abcdefghijkl.mnop1234'
  const { url } = await serve(t, {
    'GET /': () => ({ html: '<div id=app></div>' }),
    'GET /api/me': ({ headers }) =>
      headers.authorization === `Bearer ${token}` ? { json: { name: 'ada' } } : { status: 401, json: {} },
  })
  const item = { name: 'auth', value: JSON.stringify({ refresh_token: 'r'.repeat(20), access_token: token }) }
  const text = JSON.stringify({ cookies: [], origins: [{ origin: url, localStorage: [item] }] })
  const shown = await inspectLogin({ url, loginFrom: readRecording(text) })
  assert.deepEqual(shown.carrier.sets, [['Authorization']])
  assert.ok(!JSON.stringify(shown).includes(token))
})

test('a curl command of a login: the token is the page’s, the account the given one, each login a new one', async (t) => {
  for (const [choices, verdict] of [
    [{}, 'pass'],
    [{ keepsId: true }, 'fail'],
  ] as const) {
    const { url, seen } = await serve(t, sessionSite(choices))
    const recorded = curlOf(url, 'csrf=stale-stale-stale&email=bob%40example.com&pw=recorded-pass-1')
    const loginFrom = readRecording(recorded)
    const file = await audit(url, { loginFrom, passwordField: 'pw' })
    const { method, usernameField, passwordField, otherFields } = value(file, 'signIn')
    assert.deepEqual(
      [method, usernameField, passwordField, otherFields],
      ['recording', 'email', 'pw', ['csrf']],
    )
    assert.ok(seen.filter((at) => at === 'POST /login').length > 2)
    const report = judge(file, { finishedAt: '' })
    assert.equal(report.checks.find(({ id }) => id === 'fixation')?.verdict, verdict)
    for (const secret of [USER.password, 'recorded-pass-1', 'recorded-session-id']) {
      assert.ok(!JSON.stringify(file).includes(secret))
    }
  }
})

test('without an account the recorded one is used; a placeholder is none', async (t) => {
  const { url } = await serve(t, sessionSite())
  const from = (data: string) => ({ url, loginFrom: readRecording(curlOf(url, data)), passwordField: 'pw' })
  const { username, password } = USER
  const shown = await inspectLogin(from(`csrf=x&email=${encodeURIComponent(username)}&pw=${password}`))
  assert.deepEqual(shown.carrier.sets, [['sid']])
  await assert.rejects(inspectLogin(from('csrf=x&email=a&pw=<password>')), failsWith('usage', /a password/))
})

test('a curl command of a signed-in page is its session', async (t) => {
  const { url } = await serve(t, sessionSite())
  const sid = await sessionOf(url)
  const shown = await inspectLogin({ url, loginFrom: readRecording(`curl ${url}/account -b 'sid=${sid}'`) })
  assert.deepEqual([shown.signIn.method, shown.carrier.sets], ['recording', [['sid']]])
  await assert.rejects(
    inspectLogin({ url, loginFrom: readRecording(`curl ${url}/account`) }),
    failsWith('sign_in_failed', /neither a login nor a session/),
  )
})

test('a HAR: the login’s JSON as it was, with the token that an address gives now', async (t) => {
  const ids = new Set<string>()
  const tokens = new Set<string>()
  const fresh = () => `fresh-token-${Math.random()}`
  const { url, seen } = await serve(t, {
    'GET /': () => ({ html: '<div id=app></div>' }),
    'GET /api/config': () => {
      const token = fresh()
      tokens.add(token)
      return { json: { data: { forms: { key: token } } } }
    },
    'POST /graphql': ({ body, headers }) => {
      const { query, variables } = JSON.parse(body)
      const isRight = variables.mail === USER.username && variables.password === USER.password
      const isFresh = tokens.delete(String(headers['x-form-key']))
      if (!isRight || !isFresh || query !== 'login' || variables.count !== 3) return { status: 403, json: {} }
      const id = fresh()
      ids.add(id)
      return { json: { data: { ok: true } }, cookies: [`tide=${id}; Path=/; HttpOnly`] }
    },
    'GET /mine': ({ cookies }) => (ids.has(cookies.get('tide') ?? '') ? { html: 'Mine' } : { status: 403 }),
  })
  const entry = (method: string, path: string, type: string, text: string, more: object = {}) => ({
    request: {
      method,
      url: url + path,
      headers: [{ name: 'X-Form-Key', value: 'recorded-key-of-then' }],
      ...more,
    },
    response: { status: 200, content: { mimeType: type, text } },
  })
  const variables = { mail: 'bob@example.com', password: 'recorded-pass-1', count: 3 }
  const login = { mimeType: 'application/json', text: JSON.stringify({ query: 'login', variables }) }
  const entries = [
    entry('GET', '/', 'text/html', '<div id=app></div>'),
    entry('GET', '/api/config', 'application/json', '{"data":{"forms":{"key":"recorded-key-of-then"}}}'),
    entry('POST', '/graphql', 'application/json', '{}', { postData: login }),
  ]
  const loginFrom = readRecording(JSON.stringify({ log: { version: '1.2', entries } }))
  const file = await audit(url, { loginFrom, protectedUrl: '/mine' })
  assert.deepEqual(value(file, 'carrier').sets, [['tide']])
  const count = (at: string) => seen.filter((each) => each === at).length
  // Beside its logins it sends what another site's page could, and what is held back: those take no token.
  assert.ok(count('GET /api/config') > 2 && count('GET /api/config') <= count('POST /graphql'))
  assert.equal(ids.size, count('GET /api/config'))
  const said = JSON.stringify(file)
  for (const secret of ['recorded-pass-1', USER.password, 'recorded-key-of-then'])
    assert.ok(!said.includes(secret))
  const curl = file.exchanges.find(({ method }) => method === 'POST')?.curl ?? ''
  assert.match(curl, /"variables":\{"mail":"[^"]*","password":"<password>","count":3\}/)
})

test('a recording of another site is refused before anything is sent', async (t) => {
  const { url, seen } = await serve(t, { 'GET /': () => ({ html: accountPage({ csrf: 'x' }) }) })
  const loginFrom = readRecording(curlOf('https://example.net', 'email=a&password=b'))
  await assert.rejects(inspectLogin({ url, loginFrom }), failsWith('usage', /is of https:\/\/example.net/))
  assert.deepEqual(seen, [])
})
