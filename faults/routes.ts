import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Session, Sessions } from 'latchkey'
import type { Gates } from './gates.ts'

export interface Data {
  count: number
}

interface Route {
  readonly session: Session<Data>
  readonly sessions: Sessions<Data>
  readonly query: URLSearchParams
  readonly gates: Gates
}

type Handler = (route: Route) => Promise<Record<string, unknown>>

/** What anybody may ask. */
const open: Readonly<Record<string, Handler>> = {
  '/me': async ({ session }) => ({
    user: session.userId,
    sid: session.sid,
    count: session.get('count') ?? null,
  }),
  async '/sign-in'({ session, query }) {
    await session.login(query.get('user') ?? '')
    return { user: session.userId, sid: session.sid }
  },
}

/** What only a signed-in user may. */
const guarded: Readonly<Record<string, Handler>> = {
  async '/set'({ session, query, gates }) {
    const gate = query.get('gate')
    if (gate !== null) await gates.pass(gate)
    await session.set('count', Number(query.get('count')))
    return {}
  },
  async '/rotate'({ session }) {
    await session.regenerate()
    return { sid: session.sid }
  },
  async '/log-out'({ session }) {
    await session.logout()
    return {}
  },
  async '/log-out-everywhere'({ session, sessions }) {
    return { ended: await sessions.revokeUser(session.userId ?? '') }
  },
  async '/devices'({ session, sessions }) {
    const devices = await sessions.list(session.userId ?? '')
    return { sids: devices.map(({ sid }) => sid) }
  },
  async '/revoke'({ sessions, query }) {
    return { existed: await sessions.revoke(query.get('sid') ?? '') }
  },
}

/** The application: a few routes that do with sessions what sites do. */
export function createRoutes(sessions: Sessions<Data>, gates: Gates) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    session: Session<Data>,
  ): Promise<void> => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost')
    response.setHeader('content-type', 'application/json')
    const handler = open[pathname] ?? (session.userId === null ? undefined : guarded[pathname])
    if (!handler) {
      response.writeHead(guarded[pathname] ? 401 : 404).end('{}')
      return
    }
    response.end(JSON.stringify(await handler({ session, sessions, query, gates })))
  }
}
