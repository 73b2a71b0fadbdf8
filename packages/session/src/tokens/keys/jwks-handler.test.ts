import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { fakeClock } from '../../testing/clock.ts'
import { tokens } from '../issue/tokens.ts'
import { jwksRoute, nodeJwksRoute } from './jwks-handler.ts'
import { newKeys, rotatedKeys } from './rotation.ts'

const issuer = 'https://id.example.com'
const address = 'https://id.example.com/.well-known/jwks.json'

test('the keys are public, may be kept for five minutes, and are not sent twice', async () => {
  const route = jwksRoute(tokens({ issuer, keys: await newKeys() }))
  const first = await route(new Request(address))
  assert.equal(first.status, 200)
  assert.equal(first.headers.get('cache-control'), 'public, max-age=300')
  assert.equal(first.headers.get('content-type'), 'application/json')
  assert.equal(first.headers.get('access-control-allow-origin'), '*')
  const { keys } = await first.json()
  assert.equal(keys.length, 2)
  const etag = first.headers.get('etag') ?? ''
  for (const sent of [etag, `"other", W/${etag}`, '*']) {
    const again = await route(new Request(address, { headers: { 'if-none-match': sent } }))
    assert.deepEqual([again.status, await again.text(), again.headers.get('etag')], [304, '', etag])
  }
  const other = await route(new Request(address, { headers: { 'if-none-match': '"other"' } }))
  assert.equal(other.status, 200)
  const head = await route(new Request(address, { method: 'HEAD' }))
  assert.deepEqual([head.status, await head.text()], [200, ''])
  const post = await route(new Request(address, { method: 'POST' }))
  assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD'])
})

test('a copy is kept no longer than a retired key', async () => {
  const clock = fakeClock()
  const { now } = clock
  const keys = await rotatedKeys(await newKeys({ now }), { now, atOnce: true })
  const route = jwksRoute(tokens({ issuer, keys, now }))
  const maxAge = async () => (await route(new Request(address))).headers.get('cache-control')
  assert.equal(await maxAge(), 'public, max-age=300')
  // It signs for a minute more, its last token lives for five, and clocks differ by one.
  clock.advance('6m')
  assert.equal(await maxAge(), 'public, max-age=60')
  clock.advance('1m')
  assert.equal(await maxAge(), 'public, max-age=300')
  assert.equal((await (await route(new Request(address))).json()).keys.length, 2)
})

test('on node:http', async (t) => {
  const server = createServer(nodeJwksRoute(tokens({ issuer, keys: await newKeys() }), { maxAge: '1h' }))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const first = await fetch(url)
  assert.equal(first.headers.get('cache-control'), 'public, max-age=3600')
  assert.equal((await first.json()).keys.length, 2)
  const again = await fetch(url, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })
  assert.equal(again.status, 304)
})

test('what has no keys is no source of them', () => {
  const document = { keys: [] } as unknown as Parameters<typeof jwksRoute>[0]
  assert.throws(() => jwksRoute(document), {
    code: 'config_invalid',
    message: /Write const issuing = tokens/,
  })
})

test('where the keys cannot be read, the route says so', async () => {
  const keys = { name: 'nothing', changes: true, read: () => Promise.reject(new Error('down')) }
  const answer = await jwksRoute(tokens({ issuer, keys }))(new Request(address))
  assert.deepEqual([answer.status, answer.headers.get('cache-control')], [503, 'no-store'])
})
