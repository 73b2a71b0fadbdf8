import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { FormerStore } from '../former-store.ts'
import { askOf } from './served.test-helper.ts'

// Without its types, which decide for every request of the whole repository (as bench/untyped.ts).
const require = createRequire(import.meta.url)

export type FormerKept = IncomingMessage & { session: Record<string, unknown>; sessionID: string }
type FormerMiddleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

/** The real express-session. */
export const expressSession: ((options: object) => FormerMiddleware) & {
  MemoryStore: new () => FormerStore & { set(id: string, session: object, done: () => void): void }
} = require('express-session')

export { require as requireUntyped }

/** A session that the real express-session has made: its cookie, as a browser sends it. */
export async function formerCookie(
  options: object,
  values: Readonly<Record<string, unknown>> = { user: 'bob' },
): Promise<string> {
  const given = { resave: false, saveUninitialized: false, ...options }
  const middleware = expressSession(given)
  const server = createServer((req, res) => {
    middleware(req, res, (error) => {
      if (error) res.statusCode = 500
      else Object.assign((req as FormerKept).session, values)
      res.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { name = 'connect.sid' } = options as { name?: string }
  const { cookie, status } = await askOf(server, name)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  if (status !== 200 || cookie === '') throw new Error(`express-session answered ${status}`)
  return cookie
}
