import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Session, SessionError, type Sessions } from 'latchkey'
import { nodeSession, nodeUpgrade } from 'latchkey/node'
import { type WebSocket, WebSocketServer } from 'ws'
import { show } from './pages.ts'

/** An application with two kinds of open streams. Both end with their session, wherever that is ended. */
export function createStreamServer(sessions: Sessions): Server {
  const pages = nodeSession(sessions, (req, res, session) => show(sessions, req, res, session))
  // Browsers connect again by themselves, which is no sign of a user: the idle timeout goes on.
  const events = nodeSession(sessions, sendEvents, { touch: false })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 })
  return createServer((req, res) => (req.url === '/events' ? events(req, res) : pages(req, res))).on(
    'upgrade',
    nodeUpgrade(sessions, (req, socket, head, session) => {
      assertSignedIn(session)
      sockets.handleUpgrade(req, socket, head, (opened) => talk(opened, session, sockets))
    }),
  )
}

/** Server-sent events: `session.signal` ends the answer. */
function sendEvents(_req: IncomingMessage, res: ServerResponse, session: Session): void {
  assertSignedIn(session)
  const { signal } = session
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  res.write(`event: hello\ndata: ${session.userId}\n\n`)
  signal.addEventListener('abort', () => res.end('event: signed-out\ndata: \n\n'), { once: true })
}

/** A WebSocket: `session.signal` closes it, and what arrives before the browser has closed it too is not read. */
function talk(socket: WebSocket, session: Session, { clients }: WebSocketServer): void {
  const { signal, userId } = session
  signal.addEventListener('abort', () => socket.close(1008, 'signed out'), { once: true })
  socket.on('message', (message) => {
    if (signal.aborted) return
    for (const each of clients) each.send(`${userId}: ${message}`)
  })
  socket.on('error', () => socket.terminate())
  socket.send(`hello ${userId}`)
}

function assertSignedIn(session: Session): void {
  if (session.userId === null)
    throw new SessionError('session_ended', 'Streams are for users who are signed in.')
}
