import { createHmac } from 'node:crypto'
import { getRequestListener } from '@hono/node-server'
import { createMemorySessionStorage } from '@remix-run/session/memory-storage'
import { secret } from '../../peers.ts'
import { respond } from '../app.ts'
import type { Stack } from '../site.ts'

/** @remix-run/session with its storage in memory, as its middleware does it: read, changed, saved; the cookie signed. */
export const remixSessionStack: Stack = {
  name: '@remix-run/session',
  async start(gates) {
    const storage = createMemorySessionStorage()
    return {
      listener: getRequestListener(async (request) => {
        const session = await storage.read(unsigned(request.headers.get('cookie')))
        const state = await respond(
          request.url,
          {
            user: () => (session.get('user') as string | undefined) ?? null,
            get: (key) => session.get(key),
            set: (key, value) => session.set(key, value),
            increment: (key) => session.set(key, Number(session.get(key) ?? 0) + 1),
            async login(user) {
              session.regenerateId(true)
              session.set('user', user)
            },
            rotate: async () => session.regenerateId(true),
            logout: async () => session.destroy(),
          },
          gates,
        )
        const id = await storage.save(session)
        return Response.json(state, id === null ? {} : { headers: { 'set-cookie': signed(id) } })
      }),
    }
  },
}

const signatureOf = (id: string) => createHmac('sha256', secret).update(id).digest('base64url')

function signed(id: string): string {
  return id === ''
    ? 'session=; Max-Age=0; Path=/'
    : `session=${id}.${signatureOf(id)}; Path=/; HttpOnly; SameSite=Lax`
}

function unsigned(cookie: string | null): string | null {
  const [, id = '', signature] = /session=([^.;]+)\.([^;]+)/.exec(cookie ?? '') ?? []
  return signature === signatureOf(id) ? id : null
}
