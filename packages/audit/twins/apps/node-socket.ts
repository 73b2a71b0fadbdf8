import { type WebSocket, WebSocketServer } from 'ws'
import { listen } from '../serve/listen.ts'
import { readCookies } from '../serve/requests.ts'
import type { Running } from '../twin.ts'
import { smallSite } from './node-small.ts'

export interface SocketSite {
  /** The logout ends the session, and not what was opened with it. */
  readonly fault: 'stream-outlives-logout' | null
}

const COOKIE = 'moor'
const REFUSED = 'HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

/** Plain node:http with ws: the account page opens a WebSocket, which tells of orders and pings. */
export function socketSite({ fault }: SocketSite): Promise<Running> {
  /** What each session has open. */
  const open = new Map<string, Set<WebSocket>>()
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const app = smallSite({
    cookie: COOKIE,
    attributes: 'Path=/; HttpOnly; SameSite=Lax',
    page: { socket: '/live' },
    begin: (id) => open.set(id, new Set()),
    end: (id) => {
      if (fault === null) for (const socket of open.get(id) ?? []) socket.close(4401, 'signed out')
      open.delete(id)
    },
  })
  return listen(app, {
    upgrade(request, connection, head) {
      const own = open.get(readCookies(request).get(COOKIE) ?? '')
      if (request.url !== '/live' || own === undefined) {
        connection.end(REFUSED)
        return
      }
      sockets.handleUpgrade(request, connection, head, (socket) => {
        own.add(socket)
        const tick = setInterval(() => {
          socket.ping()
          socket.send(JSON.stringify({ type: 'order', at: Date.now() }))
        }, 20)
        socket.on('error', () => {})
        socket.once('close', () => {
          clearInterval(tick)
          own.delete(socket)
        })
      })
    },
  })
}
