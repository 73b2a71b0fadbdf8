import type { IncomingMessage } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { isAccount, randomToken } from '../serve/account.ts'
import { listen } from '../serve/listen.ts'
import { accountPage, homePage, loginPage } from '../serve/pages.ts'
import { isFromElsewhere, readCookies, readForm, redirect, sendHtml } from '../serve/requests.ts'
import type { Running } from '../twin.ts'

export interface SocketSite {
  /** The logout ends the session, and not what was opened with it. */
  readonly fault: 'stream-outlives-logout' | null
}

const COOKIE = 'moor'
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax'

/** Plain node:http with ws: the account page opens a WebSocket, which tells of orders and pings. */
export function socketSite({ fault }: SocketSite): Promise<Running> {
  /** What each session has open. */
  const sessions = new Map<string, Set<WebSocket>>()
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const idOf = (request: IncomingMessage) => readCookies(request).get(COOKIE) ?? ''

  return listen(
    async (request, response) => {
      response.setHeader('Cache-Control', 'no-store')
      const id = idOf(request)
      const isIn = sessions.has(id)
      const at = `${request.method} ${request.url?.split('?')[0]}`
      if (at === 'GET /') return sendHtml(response, homePage())
      if (at === 'GET /login') return sendHtml(response, loginPage())
      if (request.method === 'POST' && isFromElsewhere(request)) return sendHtml(response, 'No', 403)
      if (at === 'POST /login') {
        const form = await readForm(request)
        if (!isAccount(form.get('username'), form.get('password')))
          return sendHtml(response, loginPage({ error: 'Wrong name or password' }), 401)
        const own = randomToken()
        sessions.delete(id)
        sessions.set(own, new Set())
        response.appendHeader('Set-Cookie', `${COOKIE}=${own}; ${ATTRIBUTES}`)
        return redirect(response, '/account')
      }
      if (at === 'GET /account')
        return isIn ? sendHtml(response, accountPage({ socket: '/live' })) : redirect(response, '/login')
      if (at === 'POST /logout') {
        const open = sessions.get(id) ?? []
        sessions.delete(id)
        if (fault === null) for (const socket of open) socket.close(4401, 'signed out')
        response.appendHeader('Set-Cookie', `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`)
        return redirect(response, '/')
      }
      sendHtml(response, 'Not found', 404)
    },
    {
      upgrade(request, connection, head) {
        const open = sessions.get(idOf(request))
        if (request.url !== '/live' || open === undefined) {
          connection.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
          return
        }
        sockets.handleUpgrade(request, connection, head, (socket) => {
          open.add(socket)
          const tick = setInterval(() => {
            socket.ping()
            socket.send(JSON.stringify({ type: 'order', at: Date.now() }))
          }, 20)
          socket
            .on('error', () => {})
            .once('close', () => {
              clearInterval(tick)
              open.delete(socket)
            })
        })
      },
    },
  )
}
