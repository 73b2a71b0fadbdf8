import { promisify } from 'node:util'
import express, { type Request } from 'express'
import { secret } from '../../peers.ts'
import { type ExpressSessionObject, expressSession } from '../../untyped.ts'
import { type Handle, respond } from '../app.ts'
import type { Stack } from '../site.ts'

/** express-session with its MemoryStore; the settings that its documentation asks to choose. */
export function expressSessionStack(settings: { resave: boolean; saveUninitialized: boolean }): Stack {
  return {
    name: `express-session ${JSON.stringify(settings)}`,
    async start(gates) {
      const app = express()
      app.use(expressSession({ secret, ...settings }))
      app.use(async (request, response) => {
        response.json(await respond(request.url, handleOf(request as WithSession), gates))
      })
      return { listener: app }
    },
  }
}

type WithSession = Request & { session: ExpressSessionObject }

function handleOf(request: WithSession): Handle {
  // The documentation's login example: regenerate, then fill the new session.
  const regenerate = () => promisify((done: Callback) => request.session.regenerate(done))()
  return {
    user: () => (request.session.user as string | undefined) ?? null,
    get: (key) => request.session[key],
    set(key, value) {
      request.session[key] = value
    },
    increment(key) {
      request.session[key] = Number(request.session[key] ?? 0) + 1
    },
    async login(user) {
      await regenerate()
      request.session.user = user
    },
    async rotate() {
      const { user } = request.session
      await regenerate()
      request.session.user = user
    },
    logout: () => promisify((done: Callback) => request.session.destroy(done))(),
  }
}

type Callback = (error?: Error) => void
