import type { RequestListener, ServerResponse } from 'node:http'
import { nodeSession } from 'latchkey/node'
import { userOf } from '../payload.ts'
import { openSessions, type StoreName, signIn } from '../sessions.ts'
import type { Servers } from './index.ts'

/** node:http: the floor of all floors. */
export const nodeServers: Servers = {
  bare: () => (_request, response) => answer(response, 'u-000001'),
  header: () => (request, response) => answer(response, request.headers.cookie ? 'u-000001' : null),
  'latchkey-memory': () => withSessions('memory'),
  'latchkey-sqlite': () => withSessions('sqlite'),
}

function withSessions(store: StoreName): RequestListener {
  return nodeSession(openSessions(store), (request, response, session) => {
    if (request.url === '/me') return answer(response, session.userId)
    return signIn(session, userOf(request.url ?? '')).then(() => answer(response, session.userId))
  })
}

function answer(response: ServerResponse, user: string | null): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ user }))
}
