import { getRequestListener } from '@hono/node-server'
import { secret } from '../../peers.ts'
import { type Handle, respond } from '../app.ts'
import { peerModule } from '../installed-peers.ts'
import type { Stack } from '../site.ts'

interface RouterSession {
  get(key: string): unknown
  set(key: string, value: unknown): void
  readonly data: Readonly<Record<string, unknown>>
}

interface Storage {
  getSession(cookie?: string | null): Promise<RouterSession>
  commitSession(session: RouterSession): Promise<string>
  destroySession(session: RouterSession): Promise<string>
}

interface ReactRouter {
  createMemorySessionStorage(options: { cookie: object }): Storage
}

/** React Router's session storage in memory, as a loader or an action uses it: read, changed, committed. */
export const reactRouterStack: Stack = {
  name: 'React Router',
  async start(gates) {
    const { createMemorySessionStorage } = await peerModule<ReactRouter>('react-router')
    const cookie = { name: '__session', httpOnly: true, path: '/', sameSite: 'lax', secrets: [secret] }
    const storage = createMemorySessionStorage({ cookie })
    return {
      listener: getRequestListener(async (request) => {
        const { handle, commit } = await opened(storage, request.headers.get('cookie'))
        const state = await respond(request.url, handle, gates)
        const line = await commit()
        return Response.json(state, line === null ? {} : { headers: { 'set-cookie': line } })
      }),
    }
  },
}

async function opened(storage: Storage, cookie: string | null) {
  let session = await storage.getSession(cookie)
  let isOver = false
  let isChanged = false
  const set = (key: string, value: unknown) => {
    isChanged = true
    session.set(key, value)
  }
  const handle: Handle = {
    user: () => (session.get('user') as string | undefined) ?? null,
    get: (key) => session.get(key),
    set,
    increment: (key) => set(key, Number(session.get(key) ?? 0) + 1),
    // The documentation's login: the session keeps its ID.
    async login(user) {
      set('user', user)
    },
    // It has no rotation: a new session with the values of the old one, which is destroyed.
    async rotate() {
      const { data } = session
      await storage.destroySession(session)
      session = await storage.getSession()
      for (const [key, value] of Object.entries(data)) set(key, value)
    },
    async logout() {
      isOver = true
    },
  }
  // As its documentation does: what was only read is not committed.
  const commit = async () => {
    if (isOver) return storage.destroySession(session)
    return isChanged ? storage.commitSession(session) : null
  }
  return { handle, commit }
}
