import type { RequestListener } from 'node:http'
import { H3, type H3Event, useSession } from 'h3'
import { toNodeHandler } from 'h3/node'
import { h3Session } from 'latchkey/h3'
import type { StoreName } from '../../backends/stores.ts'
import { secret } from '../../peers.ts'
import { type Payload, payloadOf, userOf } from '../payload.ts'
import { openSessions, signIn } from '../sessions.ts'
import { latchkeyServers, type Servers } from './servers.ts'

type Values = Payload & { user: string }

export const h3Servers: Servers = {
  bare: () => serve(() => ({ user: 'u-000001' })),
  header: () => serve((event) => ({ user: event.req.headers.get('cookie') ? 'u-000001' : null })),
  ...latchkeyServers(withSessions),
  // h3's own, which Nuxt has too: the payload travels sealed in the cookie, and no server has a record of it.
  'h3-session': () =>
    serve(async (event) => {
      const session = await useSession<Partial<Values>>(event, { password: secret, name: 'bench-session' })
      if (event.url.pathname !== '/me') {
        const user = userOf(event.url.pathname)
        await session.update({ user, ...payloadOf(user) })
      }
      return { user: session.data.user ?? null }
    }),
}

async function withSessions(name: StoreName): Promise<RequestListener> {
  const session = h3Session((await openSessions(name)).sessions)
  const app = new H3()
  app.use(session.middleware)
  app.all('/**', async (event) => {
    if (event.url.pathname !== '/me') await signIn(session(event), userOf(event.url.pathname))
    return { user: session(event).userId }
  })
  return listenerOf(app)
}

function serve(handle: (event: H3Event) => unknown): RequestListener {
  return listenerOf(new H3().all('/**', handle))
}

function listenerOf(app: H3): RequestListener {
  const handle = toNodeHandler(app)
  return (req, res) => void handle(req, res)
}
