import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import { Hono } from 'hono'
import { memoryStore } from '../../stores/memory/memory.ts'
import { refreshingServer } from '../../testing/laws/refreshing.ts'
import { prover } from '../dpop/prover.test-helper.ts'
import { nodeIntrospectionRoute } from './introspection-route.ts'
import { nodeRevocationRoute } from './revocation-route.ts'
import { nodeTokenRoute, tokenRoute } from './token-route.ts'

async function served<T>(listener: RequestListener, use: (origin: string) => Promise<T>): Promise<T> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const post = (address: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(address, { method: 'POST', body: new URLSearchParams(form), headers })

const grant = (token: string) => ({
  grant_type: 'refresh_token',
  client_id: 'mobile',
  refresh_token: token,
})

test('node:http and Express: refresh, introspect, revoke', async () => {
  const { sessions, granted } = refreshingServer(memoryStore())
  const { token, session } = await granted()
  const secret = randomBytes(32).toString('base64url')
  const router = express.Router()
  router.post('/token', nodeTokenRoute(sessions))
  router.post('/revoke', nodeRevocationRoute(sessions))
  const introspect = nodeIntrospectionRoute(sessions, {
    resourceServers: { 'https://api.example.com': secret },
  })
  const app = express().use('/oauth', router).post('/introspect', introspect)
  await served(app, async (origin) => {
    const answer = await post(`${origin}/oauth/token`, grant(token))
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    const { access_token: access, refresh_token: next } = (await answer.json()) as Record<string, string>
    const asked = { token: access ?? '' }
    const bearer = { authorization: `Bearer ${secret}` }
    const told = async () => (await (await post(`${origin}/introspect`, asked, bearer)).json()) as object
    assert.partialDeepStrictEqual(await told(), { active: true, sub: 'alice' })
    const revoked = await post(`${origin}/oauth/revoke`, { token: next ?? '', client_id: 'mobile' })
    assert.deepEqual([revoked.status, await revoked.text()], [200, ''])
    assert.deepEqual(await told(), { active: false })
    assert.equal((await session()).userId, null)
  })
})

test('Express: a proof names the whole path', async () => {
  const { clock, sessions, granted } = refreshingServer(memoryStore())
  const client = await prover()
  const { token } = await granted('alice', { dpop: client.thumbprint })
  const app = express().use('/oauth', express.Router().post('/token', nodeTokenRoute(sessions)))
  await served(app, async (origin) => {
    const address = `${origin}/oauth/token`
    const prove = (url: string) => client.prove({ url, at: clock.now() })
    assert.equal((await post(address, grant(token), { dpop: await prove(`${origin}/token`) })).status, 400)
    assert.equal((await post(address, grant(token), { dpop: await prove(address) })).status, 200)
  })
})

test('node:http: a body that is too long is refused before all of it has come', async () => {
  const { sessions } = refreshingServer(memoryStore())
  const route = nodeTokenRoute(sessions)
  await served(
    (req, res) => void route(req, res),
    async (origin) => {
      const answer = await post(origin, { x: 'x'.repeat(200_000) })
      assert.equal(answer.status, 413)
    },
  )
})

test('Express: after a parser of bodies, the answer says where the route belongs', async () => {
  const { sessions } = refreshingServer(memoryStore())
  const app = express().use(express.urlencoded()).post('/token', nodeTokenRoute(sessions))
  await served(app, async (origin) => {
    const answer = await post(`${origin}/token`, grant('A'.repeat(64)))
    assert.equal(answer.status, 500)
  })
})

test('Hono: the fetch route on its raw request', async () => {
  const { sessions, granted } = refreshingServer(memoryStore())
  const { token } = await granted()
  const route = tokenRoute(sessions)
  const app = new Hono().post('/token', (c) => route(c.req.raw))
  const form = new URLSearchParams(grant(token))
  const answer = await app.request('http://localhost/token', { method: 'POST', body: form })
  assert.equal(answer.status, 200)
})
