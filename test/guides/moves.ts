import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Move } from './moving.ts'
import { cookieJar } from './running.ts'

const require = createRequire(join(import.meta.dirname, '../../bench/package.json'))
const secret = randomBytes(32).toString('hex')
const shop = { user: 'user-1', cart: ['tea'] }
const TAKE_OVER_UNTIL = '9999-12-31'

/** A sign-in before the move, with what the predecessor offers. */
export const moves: readonly Move[] = [
  {
    guide: 'cookie-session',
    name: 'moving.ts',
    env: { COOKIE_KEYS: `${secret},of-before`, TAKE_OVER_UNTIL },
    async former() {
      // By the older of the keys. What differs makes it another cookie for another sign-in.
      const session = require('cookie-session')({ name: 'session', keys: ['of-before'] })
      const server = createServer((req, res) =>
        session(req, res, () => {
          Object.assign(req, { session: { userId: shop.user, cart: shop.cart, at: performance.now() } })
          res.end()
        }),
      ).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const browser = cookieJar()
      await browser.ask(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
      server.closeAllConnections()
      server.close()
      return { cookies: browser.cookies, me: shop }
    },
  },
  {
    guide: 'iron-session',
    name: 'moving.ts',
    env: { IRON_PASSWORD: secret, TAKE_OVER_UNTIL },
    async former() {
      const { sealData } = await import(require.resolve('iron-session'))
      return {
        cookies: { shop: await sealData({ userId: shop.user, cart: shop.cart }, { password: secret }) },
        me: shop,
      }
    },
  },
  lucia(),
  {
    guide: 'next-auth',
    name: 'server.ts',
    env: { AUTH_SECRET: secret },
    async former(url) {
      const browser = cookieJar()
      const { csrfToken } = await (await browser.ask(`${url}/auth/csrf`)).json()
      await browser.ask(`${url}/auth/callback/credentials`, 'POST', { csrfToken, password: 'correct horse' })
      const { 'authjs.session-token': token = '' } = browser.cookies
      return { cookies: { 'authjs.session-token': token }, me: { user: 'user-1' } }
    },
    async over() {
      const { encode } = await import(require.resolve('@auth/core/jwt'))
      const salt = 'authjs.session-token'
      return { [salt]: await encode({ secret, salt, maxAge: -60, token: { sub: 'user-1' } }) }
    },
  },
  {
    guide: 'better-auth',
    name: 'server.ts',
    env: { BETTER_AUTH_SECRET: secret },
    async former(url) {
      const body = {
        name: 'Alice',
        email: `${randomBytes(4).toString('hex')}@example.com`,
        password: 'correct horse',
      }
      const answer = await fetch(`${url}/api/auth/sign-up/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify(body),
      })
      const [, name = '', value = ''] = /^([^=]+)=([^;]+)/.exec(answer.headers.getSetCookie().join()) ?? []
      const { user } = await answer.json()
      return { cookies: { [name]: value }, me: { user: user.id } }
    },
  },
]

function lucia(): Move {
  const file = join(mkdtempSync(join(tmpdir(), 'latchkey-lucia-')), 'lucia.sqlite')
  return {
    guide: 'lucia',
    name: 'moving.ts',
    env: { DATABASE: file },
    former: async () => ({ cookies: { auth_session: (await signedIn()).id }, me: { user: 'user-1' } }),
    async over() {
      const { id, database } = await signedIn()
      database
        .prepare('UPDATE session SET expires_at = ? WHERE id = ?')
        .run(Math.floor(Date.now() / 1000) - 1, id)
      return { auth_session: id }
    },
  }

  async function signedIn() {
    const { Lucia } = await import(require.resolve('lucia'))
    const { BetterSqlite3Adapter } = await import(require.resolve('@lucia-auth/adapter-sqlite'))
    const database = new DatabaseSync(file)
    const lucia = new Lucia(new BetterSqlite3Adapter(database, { user: 'user', session: 'session' }))
    const { id } = await lucia.createSession('user-1', {})
    return { id: String(id), database }
  }
}
