import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Hono } from 'hono'
import { createSessions, memoryStore, type Session } from 'latchkey'
import { expressSession } from 'latchkey/express'
import { fetchSession } from 'latchkey/fetch'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import { nodeSession, nodeUpgrade } from 'latchkey/node'
import { keysFromEnvironment, type SessionWithTokens, tokens } from 'latchkey/tokens'
import { same } from './same.ts'

interface Shop {
  cart: string[]
}

const store = memoryStore()
const plain = createSessions<Shop>({ store })
const sealed = createSessions<Shop>({ store, sealed: true })
const issuing = createSessions<Shop>({
  store,
  tokens: tokens({ issuer: 'https://id.example.com', keys: keysFromEnvironment() }),
})
type Issuing = SessionWithTokens<Shop>

export function node(): RequestListener[] {
  return [
    nodeSession(plain, (_req, _res, session) => same<Session<Shop>, typeof session>()),
    nodeSession(sealed, (_req, _res, session) => same<Session<Shop>, typeof session>()),
    nodeSession(issuing, (_req, _res, session) => same<Issuing, typeof session>(), { onError: undefined }),
    // @ts-expect-error: no such option
    nodeSession(plain, () => undefined, { onErrors: () => undefined }),
  ]
}

export function upgrade() {
  nodeUpgrade(issuing, (req, _socket, _head, session) => {
    same<IncomingMessage, typeof req>()
    same<Issuing, typeof session>()
  })
}

export function fetched() {
  const handler = fetchSession(plain, async (request, session, first: number) => {
    same<Request, typeof request>()
    same<Session<Shop>, typeof session>()
    return new Response(String(first))
  })
  same<(request: Request, first: number) => Promise<Response>, typeof handler>()
  fetchSession(issuing, async (_request, session) => {
    await session.accessToken({ audience: 'api', clientId: 'app' })
    return new Response()
  })
  // @ts-expect-error: an answer is a Response
  fetchSession(plain, () => 'text')
}

export function express(req: IncomingMessage, res: ServerResponse) {
  const session = expressSession(plain)
  same<Session<Shop>, ReturnType<typeof session>>()
  session.middleware(req, res, () => undefined)
  const withTokens = expressSession(issuing)
  same<Issuing, ReturnType<typeof withTokens>>()
  // @ts-expect-error: no such option
  expressSession(plain, { redirect: {} })
}

export function hono() {
  const app = new Hono<{ Variables: SessionVariables<Shop> }>()
  app.use(honoSession(plain))
  app.get('/', (c) => {
    same<Session<Shop>, typeof c.var.session>()
    // @ts-expect-error: no such key
    c.var.session.get('basket')
    return c.text('')
  })
  new Hono<{ Variables: SessionVariables<Shop, Issuing> }>().use(honoSession(issuing)).get('/', async (c) => {
    const { token } = await c.var.session.accessToken({ audience: 'api', clientId: 'app' })
    return c.text(token)
  })
}
