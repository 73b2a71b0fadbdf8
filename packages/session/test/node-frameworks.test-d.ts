import { createSessions, memoryStore, type Session } from 'latchkey'
import { fastifySession } from 'latchkey/fastify'
import { koaSession, type SessionState } from 'latchkey/koa'
import { type NestCommon, type NestRequest, nestSession } from 'latchkey/nest'
import { socketIoSession } from 'latchkey/socket.io'
import { keysFromEnvironment, type SessionWithTokens, tokens } from 'latchkey/tokens'
import { same } from './same.ts'

interface Shop {
  cart: string[]
}

const store = memoryStore()
const plain = createSessions<Shop>({ store, sealed: true })
const issuing = createSessions<Shop>({
  store,
  tokens: tokens({ issuer: 'https://id.example.com', keys: keysFromEnvironment() }),
})
type Issuing = SessionWithTokens<Shop>

export function fastify(request: { readonly raw: object }) {
  const session = fastifySession(plain, { as: undefined })
  const own = session(request)
  same<Session<Shop>, typeof own>()
  const withTokens = fastifySession(issuing, { as: 'latchkey' })
  same<Issuing, ReturnType<typeof withTokens>>()
  // @ts-expect-error: no such key
  own.get('basket')
  // @ts-expect-error: no such option
  fastifySession(plain, { cookieName: 'session' })
}

export function koa(ctx: { readonly req: object; readonly state: SessionState<Shop> }) {
  const session = koaSession(plain)
  const own = session(ctx)
  same<Session<Shop>, typeof own>()
  same<Session<Shop>, typeof ctx.state.session>()
  const withTokens = koaSession(issuing)
  same<Issuing, ReturnType<typeof withTokens>>()
  // @ts-expect-error: no such option
  koaSession(plain, { key: 'koa.sess' })
}

export function nest(common: NestCommon, request: NestRequest) {
  const session = nestSession(common, plain)
  const own = session(request)
  same<Session<Shop>, typeof own>()
  const withTokens = nestSession(common, issuing)
  same<Issuing, ReturnType<typeof withTokens>>()
  session.fresh('10m')
  // @ts-expect-error: no unit of time
  session.fresh('10 minutes')
  // @ts-expect-error: the application's own copy of @nestjs/common comes first
  nestSession(plain)
}

export function socketIo(socket: { readonly request: object }) {
  const session = socketIoSession(plain, { touch: true })
  const own = session(socket)
  same<Session<Shop>, typeof own>()
  const withTokens = socketIoSession(issuing)
  same<Issuing, ReturnType<typeof withTokens>>()
  // @ts-expect-error: a socket is led to no page
  socketIoSession(plain, { redirects: { session_ended: '/login' } })
}
