import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { inspect } from '../../../test/behind.ts'
import { type Reply, type Site, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import type { Answer } from '../../network/http.ts'
import { credentialOf, tokenForms } from './forms.ts'
import { givenRefresh, givenTokens } from './given.ts'

const TOKEN = randomBytes(24).toString('hex')
const OTHER = randomBytes(24).toString('hex')

function answer(body: unknown, headers: Record<string, string> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { headers, body: text, method: 'POST', status: 200 } as unknown as Answer
}

test('tokens are found by their names, in headers, at the top and below', () => {
  const values = (...given: Parameters<typeof answer>) =>
    givenTokens(answer(...given)).map((one) => one.value)
  assert.deepEqual(values({ id_token: OTHER, access_token: TOKEN }), [TOKEN, OTHER])
  for (const body of [
    { key: TOKEN },
    { data: { jwt: TOKEN } },
    { data: { attributes: { authToken: TOKEN } } },
  ])
    assert.deepEqual(values(body), [TOKEN], JSON.stringify(body))
  for (const name of ['x-auth-token', 'x-subject-token', 'authorization', 'x-transmission-session-id'])
    assert.deepEqual(values({ ok: true }, { [name]: TOKEN }), [TOKEN], name)
  const nothing = [
    { token: 'short' },
    { csrfToken: TOKEN },
    { refresh_token: TOKEN },
    { users: [{ token: TOKEN }] },
    { token: `${TOKEN} and more words` },
  ]
  for (const body of nothing) assert.deepEqual(values(body), [], JSON.stringify(body))
  for (const name of ['x-csrf-token', 'x-xsrf-token', 'x-request-token', 'x-refresh-token', 'etag'])
    assert.deepEqual(values('', { [name]: TOKEN }), [], name)
  const jwt = `${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`
  assert.deepEqual(values(jwt), [jwt])
  assert.deepEqual(givenRefresh(answer({ data: { refreshToken: OTHER } })), ['refreshToken', OTHER])
})

test('the likeliest form first: what the answer or the script says, Bearer, Token, what a 401 names', () => {
  const forms = (given: Answer, answers: Partial<Answer>[] = [], options = {}) =>
    tokenForms(givenTokens(given), options, answers as Answer[]).map(
      ({ name, scheme }) => `${name}: ${scheme ?? ''}`,
    )
  assert.deepEqual(forms(answer({ token: TOKEN })), [
    'Authorization: Bearer',
    'Authorization: Token',
    'Authorization: ',
  ])
  assert.equal(forms(answer({ token: TOKEN, token_type: 'mac' }))[0], 'Authorization: Mac')
  assert.equal(forms(answer({ token: `JWT ${TOKEN}` }))[0], 'Authorization: JWT')
  assert.equal(forms(answer('', { authorization: `Token ${TOKEN}` }))[0], 'Authorization: Token')
  assert.equal(forms(answer('', { 'x-auth-token': TOKEN }))[0], 'X-Auth-Token: ')
  const challenge = { 'www-authenticate': 'Basic realm="a, b", Key realm="x", Digest qop="auth"' }
  const seen = [
    {
      method: 'GET',
      status: 200,
      headers: {},
      body: `h = { authorization: 'Apikey ' + t, 'x-access-token': t }`,
    },
    { method: 'GET', status: 401, headers: challenge, body: '' },
  ]
  assert.deepEqual(forms(answer({ token: TOKEN }), seen), [
    'Authorization: Apikey',
    'Authorization: Bearer',
    'Authorization: Token',
    'Authorization: Key',
    'X-Access-Token: ',
    'Authorization: ',
  ])
  const named = (options: object) => forms(answer({ token: TOKEN }), seen, options)
  assert.deepEqual(named({ tokenScheme: 'Key' }), ['Authorization: Key'])
  assert.deepEqual(named({ tokenHeader: 'X-Key' }), ['X-Key: '])
  assert.deepEqual(named({ tokenHeader: 'authorization' }), ['authorization: Bearer'])
})

test('a token goes along without a word where there is none', () => {
  const given = { value: TOKEN, header: null, scheme: null }
  const sent = credentialOf({ from: null, name: 'X-Key', scheme: null }, given)
  assert.deepEqual(sent, { kind: 'header', name: 'X-Key', value: TOKEN })
})

interface Api {
  /** How requests carry the token. */
  readonly carries: (token: string) => readonly [header: string, value: string]
  readonly gives?: (token: string) => Partial<Reply>
  readonly challenge?: string
  /** The logout only makes the page forget. */
  readonly forgets?: boolean
}

/** A script's site whose session is a token. */
function api(t: TestContext, { carries, gives, challenge, forgets = false }: Api): Promise<Site> {
  const live = new Set<string>()
  const mine = ({ headers }: Visit) =>
    [...live].find((token) => headers[carries(token)[0].toLowerCase()] === carries(token)[1])
  const refused: Reply = {
    status: 401,
    json: { error: 'no' },
    ...(challenge === undefined ? {} : { headers: { 'www-authenticate': challenge } }),
  }
  return serve(t, {
    'GET /': () => ({ html: `<div id=app></div><script>fetch('/api/login', {method: 'POST'})</script>` }),
    'POST /api/login': ({ body }) => {
      const { username, password } = JSON.parse(body || '{}') as Record<string, string>
      if (username !== USER.username || password !== USER.password) return { status: 401, json: {} }
      const token = randomBytes(20).toString('hex')
      live.add(token)
      return gives?.(token) ?? { json: { token } }
    },
    'GET /api/me': (visit) => (mine(visit) ? { json: { user: USER.username } } : refused),
    'POST /api/logout': (visit) => {
      const token = mine(visit)
      if (token === undefined) return refused
      if (!forgets) live.delete(token)
      return { json: { ok: true } }
    },
  })
}

const BY_SCHEME: Api = { carries: (token) => ['Authorization', `Token ${token}`] }
const BY_HEADER: Api = {
  carries: (token) => ['X-Auth-Token', token],
  gives: (token) => ({ json: { ok: true }, headers: { 'x-auth-token': token } }),
}

test('a token is a carrier under the scheme and in the header that open the page', async (t) => {
  const challenged = {
    ...BY_SCHEME,
    challenge: 'Key realm="x"',
    carries: (token: string) => ['Authorization', `Key ${token}`] as const,
  }
  const bare = { carries: (token: string) => ['Authorization', token] as const }
  for (const [site, name, scheme] of [
    [BY_SCHEME, 'Authorization', 'Token'],
    [challenged, 'Authorization', 'Key'],
    [bare, 'Authorization', null],
    [BY_HEADER, 'X-Auth-Token', null],
  ] as const) {
    const { carrier } = await inspect((await api(t, site)).url)
    assert.deepEqual([carrier.sets, carrier.headers], [[[name]], [{ name, scheme }]])
  }
})

test('the header and the word that the user names are not questioned', async (t) => {
  const odd = { carries: (token: string) => ['X-Key', `One ${token}`] as const }
  const { url } = await api(t, odd)
  await assert.rejects(inspect(url), { code: 'sign_in_failed' })
  const { carrier } = await inspect(url, { tokenHeader: 'X-Key', tokenScheme: 'One' })
  assert.deepEqual(carrier.sets, [['X-Key']])
  await assert.rejects(inspect(url, { tokenHeader: 'X Key' }), { code: 'usage', message: /--token-header/ })
})

test('a token beside the session’s cookie that its page refuses is left out', async (t) => {
  const site = await serve(t, {
    'GET /': () => ({ html: `<script>fetch('/api/login', {method: 'POST'})</script>` }),
    'POST /api/login': () => ({ json: { token: TOKEN }, cookies: ['tide=abcdefabcdef12; Path=/'] }),
    'GET /api/me': ({ cookies, headers }) =>
      cookies.has('tide') && headers.authorization === undefined
        ? { json: { user: USER.username } }
        : { status: 401, json: {} },
  })
  assert.deepEqual((await inspect(site.url)).carrier.sets, [['tide']])
})

test('a session in any header is judged as one that no other site can plant or send, and shows no token', async (t) => {
  for (const api_ of [BY_SCHEME, BY_HEADER]) {
    for (const forgets of [false, true]) {
      const seen: string[] = []
      const gives = (token: string) => {
        seen.push(token)
        return api_.gives?.(token) ?? { json: { token } }
      }
      const site = await api(t, { ...api_, gives, forgets })
      const file = await gather({ url: site.url, ...USER }, { wait: async () => {} })
      const { checks } = judge(file, { finishedAt: '' })
      const verdict = (id: string) => checks.find((check) => check.id === id)?.verdict
      assert.equal(verdict('logout'), forgets ? 'fail' : 'pass')
      for (const id of ['fixation', 'strict-ids', 'logout-get', 'cookie-httponly', 'cookie-samesite'])
        assert.equal(verdict(id), 'skipped', id)
      assert.ok(['pass', 'inconclusive'].includes(verdict('id-length') ?? ''))
      assert.ok(seen.length > 0 && !seen.some((token) => JSON.stringify(file).includes(token)))
    }
  }
})
