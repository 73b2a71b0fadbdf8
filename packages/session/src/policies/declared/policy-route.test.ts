import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import { Hono } from 'hono'
import { createSessions } from '../../create-sessions.ts'
import type { SessionsOptions } from '../../options.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { tokens } from '../../tokens/issue/tokens.ts'
import { newKeys } from '../../tokens/keys/rotation.ts'
import { nodePolicyRoute, type PolicyRouteOptions, policyRoute } from './policy-route.ts'

const token = randomBytes(32).toString('base64url')
const bearer = { authorization: `Bearer ${token}` }
const address = 'https://app.example.com/internal/session-policy'

const made = (options: Partial<SessionsOptions> = {}) =>
  createSessions({ store: memoryStore(), sweepInterval: false, ...options })

async function told(options: Partial<SessionsOptions> = {}) {
  const response = await policyRoute(made(options), { token })(new Request(address, { headers: bearer }))
  assert.equal(response.status, 200)
  return response.json()
}

test('what is left to the defaults is told as it acts', async () => {
  assert.deepEqual(await told(), {
    schema: 'latchkey-policy/1',
    cookie: {
      name: '__Host-session',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      domain: null,
      partitioned: false,
    },
    policies: {
      default: {
        idleTimeout: 1800,
        absoluteTimeout: 28_800,
        renewalInterval: 3600,
        renewalOverlap: 10,
        reuseTolerance: 900,
        persistent: false,
      },
    },
    sessionsPerUser: null,
    tokenReuseEnds: 'session',
    tokens: null,
  })
})

test('what is configured is told, and no key of it', async () => {
  const keys = await newKeys()
  const refresh = { policy: 'mobile', perSession: 3 }
  const policy = await told({
    cookie: { name: 'desk', sameSite: 'Lax', domain: 'example.com', secure: false },
    policies: {
      default: { idleTimeout: false, absoluteTimeout: '1h', renewalInterval: false },
      mobile: { persistent: true, absoluteTimeout: '30d' },
    },
    sessionsPerUser: { max: 5 },
    tokenReuseEnds: 'user',
    tokens: tokens({ issuer: 'https://id.example.com', keys, lifetime: '2m', refresh }),
  })
  assert.partialDeepStrictEqual(policy, {
    cookie: { name: 'desk', sameSite: 'Lax', domain: 'example.com', secure: false },
    policies: {
      default: { idleTimeout: 3600, absoluteTimeout: 3600, renewalInterval: null, persistent: false },
      mobile: { absoluteTimeout: 2_592_000, persistent: true },
    },
    sessionsPerUser: { max: 5, atCap: 'evict' },
    tokenReuseEnds: 'user',
    tokens: { lifetime: 120, refresh: { policy: 'mobile', repeatFor: 60, perSession: 3 } },
  })
  const text = JSON.stringify(policy)
  for (const { d = '-', kid = '-' } of keys.keys as readonly { d?: string; kid?: string }[])
    assert.ok(!text.includes(d) && !text.includes(kid))
})

test('who has no token, or another, is told nothing', async () => {
  const route = policyRoute(made(), { token: [token, randomBytes(32).toString('base64url')] })
  const other = randomBytes(32).toString('base64url')
  for (const authorization of [
    undefined,
    `Bearer ${other}`,
    `Bearer ${token}x`,
    `Basic ${token}`,
    'Bearer',
    token,
  ]) {
    const response = await route(new Request(address, authorization ? { headers: { authorization } } : {}))
    assert.deepEqual([response.status, await response.text()], [401, ''])
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/)
  }
  assert.equal((await route(new Request(`${address}?token=${token}&access_token=${token}`))).status, 401)
  const changed = await route(new Request(address, { method: 'POST', headers: bearer }))
  assert.deepEqual([changed.status, changed.headers.get('allow')], [405, 'GET, HEAD'])
})

test('no cache may keep the answer, and HEAD has no body', async () => {
  const route = policyRoute(made(), { token })
  const response = await route(new Request(address, { headers: bearer, method: 'HEAD' }))
  assert.deepEqual([response.status, await response.text()], [200, ''])
  assert.equal(response.headers.get('cache-control'), 'no-store')
})

test('what cannot work is said at the start, without the token', () => {
  const code = { code: 'config_invalid' }
  const short = 'only-thirty-one-characters-long'
  for (const options of [
    {},
    { token: '' },
    { token: [] },
    { token: short },
    { token, tokens: [] },
    undefined,
  ])
    assert.throws(
      () => policyRoute(made(), options as PolicyRouteOptions),
      (error: Error & { code: string }) => error.code === code.code && !error.message.includes(short),
    )
  assert.throws(() => policyRoute({}, { token }), code)
})

async function served<T>(listener: RequestListener, use: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('node:http, Express and Hono serve it where the application wants it', async () => {
  const sessions = made()
  const route = policyRoute(sessions, { token })
  const hono = new Hono().get('/internal/policy', (c) => route(c.req.raw))
  const answer = await hono.request('/internal/policy', { headers: bearer })
  assert.equal(answer.status, 200)
  const expected = await answer.json()
  const app = express().use(
    '/internal',
    express.Router().get('/policy', nodePolicyRoute(sessions, { token })),
  )
  for (const listener of [app, nodePolicyRoute(sessions, { token })] as RequestListener[])
    await served(listener, async (origin) => {
      const response = await fetch(`${origin}/internal/policy`, { headers: bearer })
      assert.deepEqual([response.status, await response.json()], [200, expected])
      assert.equal((await fetch(`${origin}/internal/policy`)).status, 401)
    })
})

test('an application that does not serve it loads none of it', () => {
  const source = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${JSON.stringify(new URL('../../index.ts', import.meta.url).href)})
    console.log(JSON.stringify(loaded))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' })
  const loaded: string[] = JSON.parse(stdout)
  assert.ok(loaded.some((url) => url.endsWith('/create-sessions.ts')))
  assert.deepEqual(
    loaded.filter((url) => url.includes('/policies/declared/') || url.includes('/tokens/endpoints/')),
    [],
  )
})
