import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import { Hono } from 'hono'
import { createSessions } from '../create-sessions.ts'
import type { SessionsOptions } from '../options.ts'
import type { Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import type { ServedAdapter } from '../testing/index.ts'
import { serve } from './core/serve.test-helper.ts'
import { expressSession } from './express.ts'
import { fetchSession } from './fetch.ts'
import { honoSession, type SessionVariables } from './hono.ts'
import { nodeSession } from './node.ts'

interface NodeEnv {
  readonly incoming: { readonly socket: { readonly remoteAddress?: string } }
}

/** Each serves a sign-in of alice at any path. */
const adapters: Record<string, (sessions: Sessions) => Promise<ServedAdapter>> = {
  node: (sessions) =>
    serve(
      nodeSession(sessions, async (_req, res, session) => {
        await session.login('alice')
        res.end()
      }),
    ),
  express(sessions) {
    const session = expressSession(sessions)
    const app = express().use(session.middleware)
    app.use(async (req, res) => {
      await session(req).login('alice')
      res.end()
    })
    return serve(app)
  },
  hono(sessions) {
    const app = new Hono<{ Variables: SessionVariables }>().use(honoSession(sessions))
    app.all('*', async (c) => {
      await c.var.session.login('alice')
      return c.text('')
    })
    return serve(getRequestListener(app.fetch))
  },
  fetch(sessions) {
    const handle = fetchSession(
      sessions,
      async (_request, session, _env: NodeEnv) => {
        await session.login('alice')
        return new Response()
      },
      { remoteAddress: (_request, env) => env.incoming.socket.remoteAddress },
    )
    return serve(getRequestListener((request, env) => handle(request, env as NodeEnv)))
  },
}

async function clientSeen(
  serving: (sessions: Sessions) => Promise<ServedAdapter>,
  options: Partial<SessionsOptions>,
) {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false, clients: true, ...options })
  const served = await serving(sessions)
  try {
    const headers = { 'user-agent': 'a browser', 'x-forwarded-for': '6.6.6.6, 203.0.113.9' }
    await (await fetch(`${served.url}/`, { method: 'POST', headers })).text()
  } finally {
    await served.close()
  }
  const [summary] = await sessions.list('alice')
  const [client] = summary?.clients ?? []
  return [client?.userAgent, client?.address]
}

for (const [name, serving] of Object.entries(adapters)) {
  test(`${name}: a session knows the address of the connection, or what a trusted proxy says`, async () => {
    assert.deepEqual(await clientSeen(serving, {}), ['a browser', '127.0.0.1'])
    const trustedProxies = ['127.0.0.1']
    assert.deepEqual(await clientSeen(serving, { trustedProxies }), ['a browser', '203.0.113.9'])
  })
}

test('a Request alone tells no address', async () => {
  const serving = (sessions: Sessions) => {
    const handle = fetchSession(sessions, async (_request, session) => {
      await session.login('alice')
      return new Response()
    })
    return serve(getRequestListener((request) => handle(request)))
  }
  assert.deepEqual(await clientSeen(serving, {}), ['a browser', null])
})
