import type { RequestListener } from 'node:http'
import { nodeSession } from 'latchkey/node'
import type { FloorRead } from '../../backends/floors.ts'
import type { StoreName } from '../../backends/stores.ts'
import { openSessions } from '../sessions.ts'
import { answer, answerJson } from './answer.ts'
import { command } from './commands.ts'
import { ironSession } from './iron-session.ts'
import { jwtServers } from './jwt.ts'
import { leastCode } from './least-code.ts'
import { floorServers, latchkeyServers, type Servers } from './servers.ts'

/** node:http: the floor of all floors. */
export const nodeServers: Servers = {
  bare: () => (_request, response) => answer(response, 'u-000001'),
  header: () => (request, response) => answer(response, request.headers.cookie ? 'u-000001' : null),
  ...latchkeyServers(withSessions),
  ...floorServers(withFloor),
  'least-code': leastCode,
  'iron-session': ironSession,
  ...jwtServers,
}

async function withSessions(name: StoreName): Promise<RequestListener> {
  const opened = await openSessions(name)
  return nodeSession(opened.sessions, (request, response, session) => {
    if (request.url === '/me') return answer(response, session.userId)
    return command(opened, session, request.url ?? '').then((result) => answerJson(response, result))
  })
}

function withFloor(read: FloorRead): RequestListener {
  return async (_request, response) => answer(response, (await read()) ? 'u-000001' : null)
}
