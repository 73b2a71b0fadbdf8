import { DatabaseSync } from 'node:sqlite'
import { getRequestListener } from '@hono/node-server'
import { secret } from '../../peers.ts'
import { type Handle, keys, respond } from '../app.ts'
import type { Stack } from '../site.ts'

type Values = Record<string, unknown>

/** What of `auth.api` is used. Its own types depend on the fields, of which it infers those of literals alone. */
interface Api {
  getSession(call: {
    headers: Headers
  }): Promise<{ session: Values & { token: string }; user: { name: string } } | null>
  signInEmail(call: object): Promise<{ headers: Headers }>
  signUpEmail(call: object): Promise<unknown>
  signOut(call: object): Promise<{ headers: Headers }>
  updateSession(call: object): Promise<{ headers: Headers }>
  revokeSession(call: object): Promise<unknown>
}

const account = { email: 'ada@mail.example.com', password: 'seven quiet lighthouses' }

/** better-auth with users and sessions in SQLite, no cookie cache; the values are additional fields of the session. */
export const betterAuthStack: Stack = {
  name: 'better-auth',
  async start(gates) {
    const { betterAuth } = await import('better-auth')
    const { APIError } = await import('better-auth/api')
    const { getMigrations } = await import('better-auth/db/migration')
    const additionalFields = Object.fromEntries(
      keys.map((key) => [key, { type: 'string', required: false } as const]),
    )
    const auth = betterAuth({
      database: new DatabaseSync(':memory:'),
      secret,
      baseURL: 'http://localhost',
      // The races are about sessions: a password costs nothing here.
      emailAndPassword: {
        enabled: true,
        password: { hash: async (text) => text, verify: async ({ hash, password }) => hash === password },
      },
      session: { additionalFields },
      telemetry: { enabled: false },
    })
    await (await getMigrations(auth.options)).runMigrations()
    const api = auth.api as unknown as Api
    await api.signUpEmail({ body: { ...account, name: 'ada' } })
    return {
      listener: getRequestListener(async (request) => {
        const answer = new Headers()
        const handle = await handleOf(api, request.headers.get('cookie') ?? '', answer)
        try {
          return Response.json(await respond(request.url, handle, gates), { headers: answer })
        } catch (error) {
          if (!(error instanceof APIError)) throw error
          return new Response(null, { status: error.statusCode })
        }
      }),
    }
  },
}

/** @param answer gets the cookies that the calls want set */
async function handleOf(api: Api, cookie: string, answer: Headers): Promise<Handle> {
  let headers = new Headers({ cookie })
  let own = await api.getSession({ headers })

  function tell({ headers: given }: { headers: Headers }): void {
    for (const line of given.getSetCookie()) answer.append('set-cookie', line)
  }

  async function signIn(): Promise<void> {
    const given = await api.signInEmail({ body: account, headers, returnHeaders: true })
    tell(given)
    headers = new Headers({ cookie: given.headers.getSetCookie()[0]?.split(';')[0] ?? '' })
    own = await api.getSession({ headers })
  }

  // Nobody but a user has a session there.
  async function update(values: Values): Promise<void> {
    if (!own || Object.keys(values).length === 0) return
    tell(await api.updateSession({ body: values, headers, returnHeaders: true }))
    own = { ...own, session: { ...own.session, ...values } }
  }

  return {
    user: () => own?.user.name ?? null,
    get: (key) => (key === 'count' && own?.session[key] ? Number(own.session[key]) : own?.session[key]),
    set: (key, value) => update({ [key]: value }),
    increment: (key) => update({ [key]: String(Number(own?.session[key] ?? 0) + 1) }),
    login: () => signIn(),
    // It has no rotation: signed in again, the values taken along, the session before revoked.
    async rotate() {
      const before = own?.session
      await signIn()
      if (!before) return
      await update(Object.fromEntries(keys.filter((key) => before[key]).map((key) => [key, before[key]])))
      await api.revokeSession({ body: { token: before.token }, headers })
    },
    async logout() {
      tell(await api.signOut({ headers, returnHeaders: true }))
      own = null
    },
  }
}
