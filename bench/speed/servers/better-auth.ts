import { DatabaseSync } from 'node:sqlite'
import { getRequestListener } from '@hono/node-server'
import type { BetterAuthOptions } from 'better-auth'
import { Hono } from 'hono'
import { nodeRedis } from '../../backends/clients.ts'
import { sqliteFile } from '../../backends/sqlite-file.ts'
import { secret } from '../../peers.ts'
import { userOf } from '../payload.ts'
import type { Servers } from './servers.ts'

/**
 * better-auth with its defaults, users in a SQLite file, read by `auth.api.getSession` as its documentation does on
 * Hono. Its sessions hold no values of the application, so the payload is not there.
 */
export const betterAuthServers: Servers = {
  'better-auth-sqlite': () => withAuth({}),
  'better-auth-cookie-cache': () => withAuth({ session: { cookieCache: { enabled: true } } }),
  'better-auth-redis': async () => withAuth({ secondaryStorage: await redisStorage() }),
}

const password = 'seven quiet lighthouses'

/** It is large: loaded only where it is measured. */
async function withAuth(settings: BetterAuthOptions) {
  const { betterAuth } = await import('better-auth')
  const { getMigrations } = await import('better-auth/db/migration')
  const database = new DatabaseSync(sqliteFile())
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const auth = betterAuth({
    database,
    secret,
    baseURL: 'http://localhost',
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    ...settings,
  })
  await (await getMigrations(auth.options)).runMigrations()

  const app = new Hono()
  app.get('/me', async (c) => {
    const session = await auth.api.getSession({ headers: c.req.raw.headers })
    return c.json({ user: session?.user.name ?? null }, session ? 200 : 401)
  })
  app.get('/login', async (c) => {
    const name = userOf(c.req.url)
    const email = `${name}@mail.example.com`
    await auth.api.signUpEmail({ body: { name, email, password } })
    return auth.api.signInEmail({ body: { email, password }, asResponse: true })
  })
  return getRequestListener(app.fetch)
}

async function redisStorage(): Promise<NonNullable<BetterAuthOptions['secondaryStorage']>> {
  const client = await nodeRedis()
  return {
    get: (key) => client.get(key),
    getAndDelete: (key) => client.getDel(key),
    set: (key, value, ttl) =>
      ttl === undefined ? client.set(key, value) : client.set(key, value, { EX: ttl }),
    delete: async (key) => void (await client.del(key)),
    async increment(key, ttl) {
      const [count] = await client.multi().incr(key).expire(key, ttl, 'NX').exec()
      return Number(count)
    },
  }
}
