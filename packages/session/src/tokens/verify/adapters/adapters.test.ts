import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import { Hono } from 'hono'
import { prover } from '../../dpop/prover.test-helper.ts'
import { createTokenGuard, type TokenGuard } from '../guard.ts'
import { audience, forged, issuer, keys, noon } from '../tokens.test-helper.ts'
import type { VerifiedToken } from '../verified-token.ts'
import { expressGuard } from './express-guard.ts'
import { fetchGuard } from './fetch-guard.ts'
import { honoGuard, type TokenVariables } from './hono-guard.ts'
import { nodeGuard } from './node-guard.ts'

/** What each application does behind its guard. */
function act(guard: TokenGuard, path: string, token: VerifiedToken): string {
  if (path === '/delete') guard.requireScope(token, 'delete')
  if (path === '/broken') throw new Error('broken')
  return token.userId
}

const applications: Readonly<Record<string, (guard: TokenGuard) => RequestListener>> = {
  'node:http': (guard) =>
    nodeGuard(guard, (req, res, token) => void res.end(act(guard, req.url ?? '', token)), {
      scope: ['read'],
      onError: () => undefined,
    }),
  fetch: (guard) => {
    const handle = fetchGuard(
      guard,
      (request, token) => new Response(act(guard, new URL(request.url).pathname, token)),
      { scope: ['read'] },
    )
    return getRequestListener((request) =>
      handle(request).catch((error) => new Response(String(error.message), { status: 500 })),
    )
  },
  Hono: (guard) => {
    const app = new Hono<{ Variables: TokenVariables }>()
    app.use(honoGuard(guard, { scope: ['read'] }))
    app.get('*', (c) => c.text(act(guard, c.req.path, c.var.token)))
    return getRequestListener(app.fetch)
  },
  Express: (guard) => {
    const token = expressGuard(guard, { scope: ['read'] })
    const app = express().set('env', 'test')
    app.use(token.middleware)
    app.get('/{*path}', (req, res) => void res.send(act(guard, req.path, token(req))))
    app.use(token.errorHandler)
    return app
  },
}

async function serve(t: TestContext, listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = (path: string, authorization?: string, dpop?: string) =>
    fetch(origin + path, { headers: { ...(authorization && { authorization }), ...(dpop && { dpop }) } })
  return Object.assign(ask, { origin })
}

const good = forged({ claims: { scope: 'read write' } })

for (const [name, application] of Object.entries(applications)) {
  test(`${name}: good tokens alone come through, and every other is told why not`, async (t) => {
    t.mock.method(console, 'error', () => undefined)
    let isKnown = true
    const revocations = {
      generation() {
        if (!isKnown) throw new Error('no list')
        return 1
      },
      isEnded: () => false,
      close: async () => undefined,
    }
    const guard = createTokenGuard({ issuer, audience, keys: keys.EdDSA, revocations, now: () => noon })
    const ask = await serve(t, application(guard))

    const letIn = await ask('/me', `Bearer ${good}`)
    assert.deepEqual([letIn.status, await letIn.text()], [200, 'alice'])

    const none = await ask('/me')
    assert.equal(none.status, 401)
    assert.equal(none.headers.get('www-authenticate'), `Bearer realm="${audience}"`)
    assert.deepEqual(await none.json(), { code: 'token_missing' })

    for (const [token, code] of [
      ['text', 'token_malformed'],
      [forged({ claims: { aud: 'other' } }), 'audience_wrong'],
    ] as const) {
      const bad = await ask('/me', `Bearer ${token}`)
      assert.deepEqual([bad.status, await bad.json()], [401, { code }])
      assert.match(bad.headers.get('www-authenticate') ?? '', /^Bearer realm=.*error="invalid_token"/)
      assert.equal(bad.headers.get('cache-control'), 'no-store')
    }

    for (const [path, token, scope] of [
      ['/me', forged({ claims: { scope: 'write' } }), 'read'],
      ['/delete', good, 'delete'],
    ] as const) {
      const lacking = await ask(path, `Bearer ${token}`)
      assert.equal(lacking.status, 403, path)
      const challenge = lacking.headers.get('www-authenticate') ?? ''
      // Hono's own error handler answers what a route throws, by the error's own answer.
      assert.match(challenge, new RegExp(`error="insufficient_scope".*scope="${scope}"`))
    }

    assert.equal((await ask('/broken', `Bearer ${good}`)).status, 500)
    // A token in the address or the form is none.
    assert.equal((await ask(`/me?access_token=${good}`)).status, 401)

    isKnown = false
    const unknown = await ask('/me', `Bearer ${good}`)
    assert.deepEqual([unknown.status, await unknown.json()], [503, { code: 'revocations_unknown' }])
    assert.equal(unknown.headers.get('retry-after'), '1')
    assert.equal(unknown.headers.get('www-authenticate'), null)
  })
}

for (const [name, application] of Object.entries(applications)) {
  test(`${name}: a token that is bound to a key comes through with a proof for this request alone`, async (t) => {
    t.mock.method(console, 'error', () => undefined)
    const client = await prover()
    const token = forged({ claims: { scope: 'read', cnf: { jkt: client.thumbprint } } })
    for (const url of [undefined, 'https://api.example.com/v1']) {
      const dpop = { mode: 'allowed', url } as const
      const guard = createTokenGuard({
        ...{ issuer, audience, keys: keys.EdDSA, revocations: 'offline', dpop, now: () => noon },
      })
      const ask = await serve(t, application(guard))
      const base = url ?? ask.origin
      const prove = (address: string) => client.prove({ method: 'GET', url: address, token, at: noon })
      const one = await prove(`${base}/me`)
      const letIn = await ask('/me?page=2', `DPoP ${token}`, one)
      assert.deepEqual([letIn.status, await letIn.text()], [200, 'alice'])
      for (const proof of [one, await prove(`${base}/other`), undefined]) {
        const refused = await ask('/me', `DPoP ${token}`, proof)
        assert.deepEqual([refused.status, await refused.json()], [401, { code: 'dpop_proof_invalid' }])
        assert.match(
          refused.headers.get('www-authenticate') ?? '',
          /^DPoP .*error="invalid_dpop_proof".*algs="/,
        )
      }
      const stolen = await ask('/me', `Bearer ${token}`)
      assert.deepEqual([stolen.status, await stolen.json()], [401, { code: 'dpop_required' }])
      const lacking = await ask('/delete', `DPoP ${token}`, await prove(`${base}/delete`))
      assert.equal(lacking.status, 403)
      assert.match(lacking.headers.get('www-authenticate') ?? '', /^DPoP .*error="insufficient_scope"/)
    }
  })
}

test('a guard that is mounted twice asks for one proof', async (t) => {
  const client = await prover()
  const token = forged({ claims: { scope: 'read', cnf: { jkt: client.thumbprint } } })
  const guard = createTokenGuard({
    ...{ issuer, audience, keys: keys.EdDSA, revocations: 'offline', dpop: 'required', now: () => noon },
  })
  const hono = new Hono<{ Variables: TokenVariables }>()
  hono.use(honoGuard(guard))
  hono.use('/me', honoGuard(guard, { scope: ['read'] }))
  hono.get('/me', (c) => c.text(c.var.token.userId))
  const [outer, inner] = [expressGuard(guard), expressGuard(guard, { scope: ['read'] })]
  const app = express().set('env', 'test')
  app.use(outer.middleware)
  app.use('/me', inner.middleware, (req, res) => void res.send(inner(req).userId))
  for (const listener of [getRequestListener(hono.fetch), app]) {
    const ask = await serve(t, listener)
    const proof = await client.prove({ method: 'GET', url: `${ask.origin}/me`, token, at: noon })
    assert.equal((await ask('/me', `DPoP ${token}`, proof)).status, 200)
    assert.equal((await ask('/me', `DPoP ${token}`, proof)).status, 401)
  }
})

test('options that do not exist are refused, and a scope that is no list', () => {
  const guard = createTokenGuard({ issuer, audience, keys: keys.EdDSA, revocations: 'offline' })
  const refused = { code: 'config_invalid' }
  for (const wrong of [{ scopes: ['read'] }, { scope: 'read' }] as object[]) {
    assert.throws(() => fetchGuard(guard, () => new Response(), wrong), refused)
    assert.throws(() => nodeGuard(guard, () => undefined, wrong), refused)
    assert.throws(() => honoGuard(guard, wrong), refused)
    assert.throws(() => expressGuard(guard, wrong), refused)
  }
})
