import { createSessions, memoryStore, type Session } from 'latchkey'
import { astroSession } from 'latchkey/astro'
import { type Yoga, yogaMaskError } from 'latchkey/graphql-yoga'
import { h3Session } from 'latchkey/h3'
import { type NextSessionOptions, nextSession } from 'latchkey/next'
import { reactRouterSession } from 'latchkey/react-router'
import { sveltekitSession } from 'latchkey/sveltekit'
import { tanstackStartSession } from 'latchkey/tanstack-start'
import { keysFromEnvironment, type SessionWithTokens, tokens } from 'latchkey/tokens'
import { type TrpcErrorClass, trpcSessionErrors } from 'latchkey/trpc'
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

export function h3(event: { readonly context: object }) {
  const own = h3Session(plain)(event)
  same<Session<Shop>, typeof own>()
  const withTokens = h3Session(issuing)(event)
  same<Issuing, typeof withTokens>()
  // @ts-expect-error: no such option
  h3Session(plain, { password: 'x' })
}

export async function next(given: Pick<NextSessionOptions, 'cookies' | 'headers' | 'after'>) {
  const session = nextSession(plain, given)
  const own = await session()
  same<Session<Shop>, typeof own>()
  session.route(async (request, mine) => {
    same<Request, typeof request>()
    same<Session<Shop>, typeof mine>()
    return new Response()
  })
  session.proxy((_request, mine) => {
    same<Session<Shop>, typeof mine>()
    return null
  })
  const withTokens = nextSession(issuing, given)
  same<Issuing, Awaited<ReturnType<typeof withTokens>>>()
  // @ts-expect-error: Next's own functions are handed over
  nextSession(plain)
}

export function reactRouter(context: object) {
  const session = reactRouterSession(plain, { remoteAddress: undefined })
  const own = session(context)
  same<Session<Shop>, typeof own>()
  const withTokens = reactRouterSession(issuing)(context)
  same<Issuing, typeof withTokens>()
  // @ts-expect-error: no such option
  reactRouterSession(plain, { secrets: [] })
}

export function tanstackStart(request: Request, response: Response) {
  void tanstackStartSession(plain).request(request, ({ session }) => {
    same<Session<Shop>, typeof session>()
    return { response }
  })
  void tanstackStartSession(issuing).request(request, ({ session }) => {
    same<Issuing, typeof session>()
    return { response }
  })
  // @ts-expect-error: no such option
  tanstackStartSession(plain, { password: 'x' })
}

export function hooks() {
  sveltekitSession(plain, { redirects: { session_ended: '/login' } })
  astroSession(issuing, { redirects: undefined })
  // @ts-expect-error: no such option
  sveltekitSession(plain, { locals: 'session' })
  // @ts-expect-error: no such option
  astroSession(plain, { driver: 'fs' })
}

export function graphs(TRPCError: TrpcErrorClass, yoga: Yoga) {
  trpcSessionErrors(plain, TRPCError)
  yogaMaskError(plain, yoga, (error) => (error.code === 'session_ended' ? 'Sign in first.' : null))
  // @ts-expect-error: the application's own class is handed over
  trpcSessionErrors(plain)
  // @ts-expect-error: the application's own copy of graphql-yoga is handed over
  yogaMaskError(plain)
}
