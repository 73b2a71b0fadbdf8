import assert from 'node:assert/strict'
import { request } from 'node:http'
import test, { after } from 'node:test'
import { defaultLimits } from '../src/security/throttles.ts'
import { createClient, password, signedIn } from './support/client.ts'
import { startConsole } from './support/start.ts'

const started = await startConsole()
const { url } = started
after(() => started.close())

test('every page has the headers that keep it to itself', async () => {
  const user = await signedIn(url)
  const [ownDevice] = /\/devices\/[\w-]{20}/.exec((await user.get('/devices')).body) ?? []
  assert.ok(ownDevice)
  const pages = [
    '/',
    '/sign-in',
    '/sign-up',
    '/audits/new',
    '/audits',
    '/devices',
    ownDevice,
    '/account',
    '/nothing',
    '/activity',
    '/confirm',
    '/account/delete',
    '/admin',
  ]
  for (const path of pages) {
    for (const client of [user, createClient(url)]) {
      const { headers, body } = await client.get(path)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(policy, /^default-src 'none'; /)
      assert.doesNotMatch(policy, /unsafe|\*|data:/)
      assert.equal(headers.get('cache-control'), 'no-store', path)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('referrer-policy'), 'same-origin')
      assert.equal(headers.get('strict-transport-security'), null)
      assert.doesNotMatch(body, / style=| on[a-z]+="|<style|<script/, path)
    }
  }
})

test('assets may be kept, and change their address with their content', async () => {
  const { body } = await createClient(url).get('/')
  const asset = /\/assets\/console\.css\?v=[\w-]+/.exec(body)?.[0] ?? ''
  const kept = await createClient(url).get(asset)
  assert.match(kept.headers.get('cache-control') ?? '', /immutable/)
  assert.match(kept.headers.get('content-type') ?? '', /text\/css/)
  assert.equal(
    (await createClient(url).get('/assets/console.css?v=old')).headers.get('cache-control'),
    'no-cache',
  )
  assert.equal((await createClient(url).get('/assets/..%2fconsole.ts')).status, 404)
})

test('forms of other sites are refused, sign-in and sign-out among them', async () => {
  const user = await signedIn(url, 'grace')
  for (const path of [
    '/sign-out',
    '/devices/end-others',
    '/audits',
    '/account/password',
    '/account/delete',
    '/confirm',
    '/admin/end-all',
  ]) {
    assert.equal((await user.post(path, {}, { 'sec-fetch-site': 'cross-site' })).status, 403, path)
    assert.equal(
      (await user.post(path, {}, { 'sec-fetch-site': '', origin: 'https://evil.example' })).status,
      403,
      path,
    )
  }
  const visitor = createClient(url)
  const form = { username: 'grace', password }
  assert.equal((await visitor.post('/sign-in', form, { 'sec-fetch-site': 'same-site' })).status, 403)
  assert.equal(visitor.cookie(), '')
  assert.equal((await user.get('/devices')).status, 200)
})

test('logs name routes, not what was asked for', async () => {
  const client = createClient(url)
  await client.get('/devices?token=in-the-query')
  await client.get('/devices;token=in-the-path')
  await client.get('/audits/id-in-the-path')
  const logged = started.logged()
  assert.match(logged, /"route":"\/audits\/:id","status":404/)
  assert.match(logged, /"route":"\/devices","status":303/)
  assert.doesNotMatch(logged, /in-the-/)
})

test('what changes something does so by POST only', async () => {
  const user = await signedIn(url, 'linus')
  assert.equal((await user.get('/sign-out')).status, 404)
  for (const path of ['/devices/end', '/devices/end-others', '/account/password']) {
    assert.equal((await user.get(path)).status, 404, path)
  }
})

test('a console on loopback answers to no other name', async () => {
  const status = await new Promise((resolve, reject) => {
    request(url, { headers: { host: 'rebound.example' } }, (response) =>
      resolve(response.resume().statusCode),
    )
      .on('error', reject)
      .end()
  })
  assert.equal(status, 421)
})

test('a forwarded address is believed only from a proxy that is trusted, and https only behind one', async (t) => {
  const forwarded = { 'x-forwarded-for': '192.0.2.66, 198.51.100.7', 'x-forwarded-proto': 'https' }
  const form = { username: 'ada', password }
  for (const [trustedProxies, address] of [
    [[], '127.0.0.1'],
    [['192.0.2.1'], '127.0.0.1'],
    [['127.0.0.1'], '198.51.100.7'],
    [['192.0.2.1', '127.0.0.1', '198.51.100.0/24'], '192.0.2.66'],
  ] as const) {
    const other = await startConsole({ trustedProxies })
    t.after(() => other.close())
    const client = createClient(other.url)
    await client.post('/sign-up', form)
    const { headers } = await client.post('/sign-in', form, forwarded)
    assert.equal(headers.has('strict-transport-security'), trustedProxies.length > 0)
    const { body } = await client.get('/devices')
    assert.deepEqual(
      [...body.matchAll(/<dt>Address<\/dt><dd>([^<]*)</g)].map(([, shown]) => shown),
      [address],
    )
  }
})

test('attempts are counted for the address that a trusted proxy tells, and for no other', async (t) => {
  const limits = { ...defaultLimits, signUp: { points: 1, duration: 3600 } }
  for (const [trustedProxies, expected] of [
    [['127.0.0.1'], [303, 429, 303]],
    [['192.0.2.1'], [303, 429, 429]],
  ] as const) {
    const other = await startConsole({ trustedProxies, limits })
    t.after(() => other.close())
    const signUpFrom = async (address: string, username: string) =>
      (await createClient(other.url).post('/sign-up', { username, password }, { 'x-forwarded-for': address }))
        .status
    const statuses = [
      await signUpFrom('198.51.100.7', 'ada'),
      await signUpFrom('203.0.113.9, 198.51.100.7', 'grace'),
      await signUpFrom('198.51.100.8', 'linus'),
    ]
    assert.deepEqual(statuses, expected)
  }
})

test('a sign-in goes on to a page of the console, and to no other place', async () => {
  const user = { username: 'barbara', password }
  await createClient(url).post('/sign-up', user)
  assert.match((await createClient(url).get('/devices')).location, /next=%2Fdevices/)
  assert.equal((await createClient(url).post('/sign-in', { ...user, next: '/devices' })).location, '/devices')
  assert.equal((await createClient(url).post('/sign-in', { ...user, next: '//evil.example' })).location, '/')
})

test('forms that are too large, or no forms, are refused', async () => {
  const large = await createClient(url).post('/sign-in', { username: 'a'.repeat(70_000), password })
  assert.equal(large.status, 413)
  const headers = { 'content-type': 'application/json' }
  const json = await fetch(`${url}/sign-in`, { method: 'POST', body: '{"username":"ada"}', headers })
  assert.equal(json.status, 401)
})

test('a visitor who stores nothing gets no cookie', async () => {
  const visitor = createClient(url)
  for (const path of ['/', '/sign-in', '/sign-up', '/devices']) await visitor.get(path)
  assert.equal(visitor.cookie(), '')
})
