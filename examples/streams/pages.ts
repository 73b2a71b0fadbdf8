import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Session, Sessions } from 'latchkey'
import { authenticate } from '../shared/accounts.ts'
import { loginPage, pageHeaders } from '../shared/pages.ts'

const html = {
  ...pageHeaders,
  'content-security-policy': `${pageHeaders['content-security-policy']}; script-src 'self'; connect-src 'self'`,
}

const homePage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Streams</title>
<main><h1>Streams</h1><ul id="log"></ul>
<form method="post" action="/end-others"><button>End my other sessions</button></form>
<form method="post" action="/logout"><button>Sign out</button></form></main>
<script src="/streams.js" defer></script></html>`

const script = `const log = (text) => {
  const item = document.createElement('li')
  item.textContent = text
  document.querySelector('#log').append(item)
}
const events = new EventSource('/events')
events.addEventListener('hello', ({ data }) => log('events: hello ' + data))
events.addEventListener('signed-out', () => { log('events: signed out'); events.close() })
const socket = new WebSocket(location.origin.replace('http', 'ws') + '/socket')
socket.addEventListener('message', ({ data }) => log('socket: ' + data))
socket.addEventListener('close', ({ code, reason }) => log('socket: closed, ' + code + ' ' + reason))
`

/** Everything but the streams: sign in, sign out, and end the user's other sessions. */
export async function show(
  sessions: Sessions,
  req: IncomingMessage,
  res: ServerResponse,
  session: Session,
): Promise<void> {
  const route = `${req.method} ${req.url}`
  if (route === 'GET /streams.js') {
    res.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
  } else if (route === 'POST /login') {
    await signIn(req, res, session)
  } else if (session.userId === null) {
    res.writeHead(200, html).end(loginPage())
  } else if (route === 'POST /end-others') {
    await sessions.revokeUser(session.userId, { except: session.sid })
    redirect(res)
  } else if (route === 'POST /logout') {
    await session.logout()
    redirect(res)
  } else {
    res.writeHead(200, html).end(homePage)
  }
}

async function signIn(req: IncomingMessage, res: ServerResponse, session: Session): Promise<void> {
  const form = new URLSearchParams(await text(req))
  const userId = await authenticate(form.get('username') ?? '', form.get('password') ?? '')
  if (userId === null) {
    res.writeHead(401, html).end(loginPage('Wrong user name or password.'))
    return
  }
  await session.login(userId)
  redirect(res)
}

function redirect(res: ServerResponse): void {
  res.writeHead(303, { location: '/' }).end()
}
