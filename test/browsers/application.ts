import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import {
  createSessions,
  memoryStore,
  returnPath,
  type Session,
  type Sessions,
  type SessionsOptions,
} from 'latchkey'
import { nodeSession } from 'latchkey/node'
import { type FakeClock, fakeClock } from 'latchkey/testing'
import type { Browser } from './browser.ts'
import { type Site, startForeignSite, startSite } from './site.ts'

export interface Application extends Site {
  readonly sessions: Sessions
  readonly clock: FakeClock
  /** Another site. */
  readonly foreign: Site
}

export interface ApplicationOptions {
  readonly sessions?: Partial<SessionsOptions>
  readonly adapter?: Parameters<typeof nodeSession>[2]
}

/** The application that every case is about, at an address where this browser keeps its cookie, and another site. */
export async function startApplication(
  t: TestContext,
  browser: Browser,
  options: ApplicationOptions = {},
): Promise<Application> {
  const clock = fakeClock()
  const sessions = createSessions({ store: memoryStore(), now: clock.now, ...options.sessions })
  const redirects = { reauthentication_required: '/confirm', session_ended: '/sign-in' }
  const foreign = await startForeignSite(browser.scheme)
  const listener = nodeSession(sessions, answer, { reEntry: true, redirects, ...options.adapter })
  const site = await startSite(browser.scheme, listener)
  t.after(async () => {
    await site.close()
    await foreign.close()
    await sessions.close()
  })
  return { ...site, sessions, clock, foreign }
}

/** Signs alice in by the form, and forgets the requests of that. */
export async function signIn(browser: Browser, { url, seen }: Site): Promise<void> {
  await browser.open(`${url}/sign-in`)
  await browser.submit({ name: 'alice' })
  await browser.shows('alice is here')
  seen.splice(0)
}

type Route = (req: IncomingMessage, res: ServerResponse, session: Session) => void | Promise<void>

const form = (fields: string, button: string, action = '') =>
  `<form method="post"${action && ` action="${action}"`}>${fields}<button>${button}</button></form>`

const routes: Readonly<Record<string, Route>> = {
  'GET /sign-in': (_req, res) => show(res, form('<input name="name"><input name="next">', 'Sign in')),
  async 'POST /sign-in'(req, res, session) {
    const sent = new URLSearchParams(await text(req))
    await session.login(sent.get('name') ?? '')
    lead(res, returnPath(sent.get('next')))
  },
  'GET /guarded': (_req, res, session) =>
    show(
      res,
      `${session.userId ?? 'nobody'} is here ${form('', 'Sign out', '/logout')}<script>
        addEventListener('pageshow', ({ persisted }) => { if (persisted) location.reload() })
      </script>`,
    ),
  async 'POST /logout'(_req, res, session) {
    await session.logout()
    lead(res, '/bye')
  },
  'GET /bye': (_req, res) => show(res, 'bye'),
  'GET /payments'(_req, res, session) {
    session.requireFresh('10m')
    show(res, 'the payments')
  },
  'GET /confirm': (_req, res) => show(res, form('', 'It is me')),
  // The form has no action, so it keeps the query of its page.
  async 'POST /confirm'(req, res, session) {
    await session.reauthenticate({ methods: ['pwd'] })
    lead(res, returnPath(new URL(req.url ?? '/', 'http://own.invalid').searchParams.get('return_to')))
  },
  // A service worker as applications have it that also work offline: it passes on what it is asked for, pages included.
  'GET /worker.js': (_req, res) => runWorker(res, 'true'),
  'GET /worker-but-for-pages.js': (_req, res) => runWorker(res, `event.request.mode !== 'navigate'`),
  async 'POST /guarded-by-token'(req, res, session) {
    session.verifyCsrfToken(new URLSearchParams(await text(req)).get('token'))
    show(res, 'done')
  },
  'GET /live': (_req, res) =>
    show(
      res,
      `<p id="events">opening</p><script>
        const say = (text) => { document.querySelector('#events').textContent = text }
        const events = new EventSource('/events')
        events.addEventListener('hello', ({ data }) => say('hello ' + data))
        events.addEventListener('signed-out', () => { events.close(); say('signed out') })
      </script>`,
    ),
  'GET /events'(_req, res, { signal, userId }) {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    res.write(`event: hello\ndata: ${userId}\n\n`)
    signal.addEventListener('abort', () => res.end('event: signed-out\ndata: \n\n'), { once: true })
  },
}

/** Every other page says who is there, and has a way to the other site and out. */
function answer(req: IncomingMessage, res: ServerResponse, session: Session): void | Promise<void> {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://own.invalid')
  const route = routes[`${req.method} ${pathname}`]
  if (route) return route(req, res, session)
  const away = searchParams.get('away')
  return show(
    res,
    `${session.userId ?? 'nobody'} is here ${away ? `<a id="away" href="${away}">away</a>` : ''}
      <a id="on" href="/on">on</a> ${form('', 'Sign out', '/logout')}`,
  )
}

function runWorker(res: ServerResponse, passesOn: string): void {
  res.writeHead(200, { 'content-type': 'text/javascript' }).end(`
    addEventListener('install', () => skipWaiting())
    addEventListener('activate', (event) => event.waitUntil(clients.claim()))
    addEventListener('fetch', (event) => { if (${passesOn}) event.respondWith(fetch(event.request)) })`)
}

function show(res: ServerResponse, body: string): void {
  res.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>own</title>${body}`)
}

function lead(res: ServerResponse, location: string): void {
  res.writeHead(303, { location }).end()
}
