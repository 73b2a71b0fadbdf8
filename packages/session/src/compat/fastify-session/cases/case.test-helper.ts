import type { TestContext } from 'node:test'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { SessionStore } from '../../../store.ts'
import { memoryStore } from '../../../stores/memory/memory.ts'
import { type FakeClock, fakeClock } from '../../../testing/index.ts'
import { type FastifySessionObject, type FastifySessionOptions, fastifySession } from '../fastify-session.ts'

/** One case of the own suite of @fastify/session, in our own words. */
export interface Case {
  /** Which one it is there, counted from the top of its file. */
  readonly of: number
  readonly what: string
  /** What happens instead, where the case pins what is not kept: as docs/guides/fastify-session.md says it. */
  readonly instead?: string
  readonly run: (t: TestContext) => unknown
}

export type Kept = FastifySessionObject & Record<string, unknown>

export type Handler = (session: Kept, request: FastifyRequest, reply: FastifyReply) => unknown

export interface Asked {
  readonly url?: string
  readonly method?: 'GET' | 'POST'
  readonly cookie?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly body: string
  /** Set-Cookie lines of the session cookie. */
  readonly lines: readonly string[]
  /** Its name and value, as a browser sends it back. */
  readonly cookie: string
  /** All Set-Cookie lines. */
  readonly all: readonly string[]
}

export interface Site {
  readonly app: FastifyInstance
  readonly clock: FakeClock
  readonly store: SessionStore
  ask(asked?: Asked | string): Promise<Answer>
}

export interface Setting extends Partial<FastifySessionOptions> {
  readonly trustProxy?: boolean
  /** What the connection says of itself. */
  readonly encrypted?: boolean
}

export const name = 'sid'

/** An application with the plugin, whose every path has the one handler. */
export async function site(t: TestContext, setting: Setting = {}, handler: Handler = stores): Promise<Site> {
  const { trustProxy = false, encrypted, ...options } = setting
  const clock = fakeClock()
  const store = options.store ?? memoryStore()
  const app = fastify({ trustProxy })
  t.after(() => app.close())
  if (encrypted !== undefined)
    app.addHook('onRequest', async (request) => void Object.assign(request.raw.socket, { encrypted }))
  const common = { cookieName: name, now: clock.now, sweepInterval: false, warn: () => undefined } as const
  await app.register(fastifySession as never, { ...common, ...options, store } as never)
  for (const method of ['GET', 'POST'] as const)
    app.route({
      method,
      url: '/*',
      handler: async (request, reply) =>
        (await handler(sessionOf(request), request, reply)) ?? (reply.sent ? reply : 'done'),
    })
  const named = options.cookieName ?? name
  return {
    app,
    clock,
    store,
    async ask(asked = {}) {
      const {
        url = '/',
        method = 'GET',
        cookie,
        headers,
      } = typeof asked === 'string' ? { cookie: asked } : asked
      const answer = await app.inject({ url, method, headers: { ...headers, ...(cookie && { cookie }) } })
      const all = [answer.headers['set-cookie'] ?? []].flat()
      const lines = all.filter((line) => line.startsWith(`${named}=`))
      const last = lines.at(-1)?.split(';', 1)[0] ?? ''
      return { status: answer.statusCode, body: answer.body, lines, cookie: last, all }
    },
  }
}

export const sessionOf = (request: object) => (request as { session: Kept }).session

/** Stores something, since visitors of whom nothing is stored have no cookie. */
export const stores: Handler = (session) => {
  session.hit = true
}

export const counts: Handler = (session) => {
  session.count = Number(session.count ?? 0) + 1
  return `${session.count}`
}

/** Says which values there are. */
export const tells: Handler = (session) => ({ ...session, cookie: undefined })

/** A handler for each path. */
export const at =
  (handlers: Readonly<Record<string, Handler>>): Handler =>
  (session, request, reply) =>
    handlers[request.url.split('?', 1)[0] ?? '/']?.(session, request, reply)

export const minute = 60_000
/** A host that browsers send no Secure cookie to without TLS. */
export const open = { host: 'app.test' }

/** Milliseconds that a line lets the browser keep the cookie; null: until it is closed. */
export function lifeOf(line: string | undefined): number | null {
  const seconds = /; Max-Age=(\d+)/.exec(line ?? '')?.[1]
  return seconds === undefined ? null : Number(seconds) * 1000
}

/** A memory store that counts its writes of values, and fails at what it is told to. */
export function watchedStore(): SessionStore & {
  written: number
  fails: 'create' | 'read' | 'delete' | null
  readonly sids: Set<string>
} {
  const store = memoryStore()
  const refuse = (at: string) => {
    if (watched.fails === at) throw new Error('no can do')
  }
  const watched: ReturnType<typeof watchedStore> = {
    ...store,
    written: 0,
    fails: null,
    sids: new Set(),
    async create(record) {
      refuse('create')
      await store.create(record)
      watched.written++
      watched.sids.add(record.sid)
    },
    async read(sid) {
      refuse('read')
      return store.read(sid)
    },
    async update(sid, patch) {
      if (patch.set || patch.unset) watched.written++
      return store.update(sid, patch)
    },
    async delete(sid, guard) {
      refuse('delete')
      const existed = await store.delete(sid, guard)
      if (existed) watched.sids.delete(sid)
      return existed
    },
  }
  return watched
}
