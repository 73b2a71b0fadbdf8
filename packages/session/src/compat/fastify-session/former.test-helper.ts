import { createRequire } from 'node:module'
import cookie from '@fastify/cookie'
import fastify, { type FastifyInstance } from 'fastify'
import type { FormerStore } from '../former-store.ts'
import type { FastifySessionStore } from './fastify-store.ts'

// Without its types, which decide for every request of the whole repository (as bench/untyped.ts).
const require = createRequire(import.meta.url)

/** The real @fastify/session. */
export const formerSession: ((app: unknown, options: object, done: () => void) => void) & {
  MemoryStore: new () => FormerStore & Pick<FastifySessionStore, 'get' | 'set' | 'destroy'>
} = require('@fastify/session')

export interface FormerObject extends Record<string, unknown> {
  readonly sessionId: string
  regenerate(keep?: string[]): Promise<void>
  destroy(): Promise<void>
  save(): Promise<void>
  reload(): Promise<void>
}

export const secret = 'a secret that is long enough to sign with'

/** An application of the real @fastify/session. */
export async function formerApp(options: object): Promise<FastifyInstance> {
  const app = fastify()
  await app.register(cookie)
  await app.register(formerSession as never, { secret, cookie: { secure: false }, ...options } as never)
  return app
}

export const sessionOf = (request: object) => (request as { session: FormerObject }).session

/** Name and value of the last cookie of an answer, as a browser sends it back; null for none. */
export function cookieOf(
  response: { headers: Readonly<Record<string, unknown>> },
  name = 'sessionId',
): string | null {
  const lines = [response.headers['set-cookie'] ?? []].flat() as string[]
  const line = lines.filter((each) => each.startsWith(`${name}=`)).at(-1)
  return line?.split(';', 1)[0] ?? null
}

/** The cookie of a session that the real @fastify/session has made. */
export async function formerCookie(options: object, values: object = { user: 'bob' }): Promise<string> {
  const app = await formerApp(options)
  app.get('/', async (request) => {
    Object.assign(sessionOf(request), values)
    return 'made'
  })
  const { cookieName } = options as { cookieName?: string }
  const cookie = cookieOf(await app.inject('/'), cookieName)
  await app.close()
  if (!cookie) throw new Error('@fastify/session gave no cookie')
  return cookie
}
