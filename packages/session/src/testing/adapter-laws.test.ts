import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { AdapterOptions } from '../adapters/core/answers.ts'
import { serve } from '../adapters/core/serve.test-helper.ts'
import { nodeExchange, nodeSession } from '../adapters/node.ts'
import type { Exchange } from '../exchange.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { testExchange } from './exchange.ts'
import { type AdapterHandler, adapterLaws, publicHeaders } from './index.ts'

// Adapters with one fault each: the laws must find it.

type Answer = (req: IncomingMessage, res: ServerResponse, session: Session) => Promise<void>
type WrongAdapter = (
  sessions: Sessions,
  answer: Answer,
  options: AdapterOptions,
) => (req: IncomingMessage, res: ServerResponse) => unknown

async function failingLaws(adapter: WrongAdapter): Promise<string[]> {
  const failed: string[] = []
  const laws = adapterLaws({
    serve: (sessions, handler, options) => serve(adapter(sessions, answerWith(handler), options)),
  })
  for (const law of laws) await law.run().catch(() => failed.push(law.name))
  return failed
}

function answerWith(handler: AdapterHandler): Answer {
  return async (req, res, session) => {
    const path = (req.url ?? '/').split('?')[0] ?? ''
    if (path.startsWith('/early/')) {
      res.write('.')
      return void res.end(await handler(session, path).catch(({ code }) => code))
    }
    const theme = 'theme=dark; Path=/'
    if (!path.startsWith('/public/')) res.appendHeader('set-cookie', theme)
    const body = await handler(session, path)
    if (path.startsWith('/public/'))
      return void res.writeHead(200, { ...publicHeaders, 'set-cookie': theme }).end(body)
    res.end(body)
  }
}

/** The right adapter over an exchange that is wrong in one member. */
function withExchange(
  change: (req: IncomingMessage, res: ServerResponse) => Partial<Exchange>,
): WrongAdapter {
  return (sessions, answer, options) => {
    return async (req, res) => {
      const right = nodeExchange(req, res)
      const exchange: Exchange = {
        method: right.method,
        path: right.path,
        header: (name) => right.header(name),
        setCookie: (name, line, stands) => right.setCookie(name, line, stands),
        setHeader: (name, value) => right.setHeader(name, value),
        get canSetCookie() {
          return right.canSetCookie
        },
        encrypted: right.encrypted,
        remoteAddress: right.remoteAddress,
        onClose: (callback) => right.onClose(callback),
        ...change(req, res),
      }
      const opening: Sessions = { ...sessions, open: (_, options) => sessions.open(exchange, options) }
      await nodeSession(opening, answer, { onError: () => undefined, ...options })(req, res)
    }
  }
}

test('a right adapter breaks no law', async () => {
  assert.deepEqual(
    await failingLaws((sessions, answer, options) =>
      nodeSession(sessions, answer, { onError: () => undefined, ...options }),
    ),
    [],
  )
})

const faults: Record<string, { adapter: WrongAdapter; breaks: string }> = {
  'an adapter that drops the cookies of the application': {
    adapter: withExchange((_req, res) => ({ setCookie: (_, line) => res.setHeader('set-cookie', [line]) })),
    breaks: 'cookies of the application stay beside the session’s',
  },
  'an adapter that sends every change of the cookie': {
    adapter: withExchange((_req, res) => ({ setCookie: (_, line) => res.appendHeader('set-cookie', line) })),
    breaks: 'several changes in one request leave one session cookie, the last',
  },
  'an adapter that does not read the cookie': {
    adapter: withExchange(() => ({ header: () => undefined })),
    breaks: 'the first write sets one cookie with every attribute, and the next request has the value',
  },
  'an adapter that weakens the cookie': {
    adapter: withExchange((req, res) => ({
      setCookie: (name, line) => nodeExchange(req, res).setCookie(name, line.replace('; HttpOnly', '')),
    })),
    breaks: 'the first write sets one cookie with every attribute, and the next request has the value',
  },
  'an adapter that lets everybody in as a visitor when the store is down': {
    adapter: (sessions, answer) => async (req, res) => {
      const visitor = testExchange()
      const opening: Sessions = {
        ...sessions,
        open: (exchange, options) => sessions.open(exchange, options).catch(() => sessions.open(visitor)),
      }
      await nodeSession(opening, answer, { onError: () => undefined })(req, res)
    },
    breaks: 'when the store cannot answer: 503 for a presented cookie, 200 without one',
  },
  'an adapter that lets caches keep what a session shows': {
    adapter: withExchange(() => ({ setHeader: () => undefined })),
    breaks: 'caches keep nothing that a session shows, unless the application says so',
  },
  'an adapter that writes its headers when it is told them': {
    adapter: withExchange((_req, res) => ({
      setCookie: (_, line) => res.appendHeader('set-cookie', line),
      setHeader: (name, value) => res.setHeader(name, value),
    })),
    breaks:
      'an answer that carries the session’s cookie is stored by no shared cache, whatever the application says',
  },
  'an adapter that believes a cookie can always be set': {
    adapter: withExchange(() => ({ canSetCookie: true })),
    breaks: 'once the head is out, what needs a cookie is refused and has changed nothing',
  },
  'an adapter that forgets no answer': {
    adapter: withExchange(() => ({ onClose: () => undefined })),
    breaks: 'an answer that has ended is watched no longer',
  },
  'an adapter that takes the place of the application’s headers': {
    adapter: withExchange((req, res) => ({
      setHeader: (name, value) => {
        nodeExchange(req, res).setCookie(
          'none',
          'none=; Max-Age=0',
          () => void res.setHeader(name, value) !== undefined,
        )
      },
    })),
    breaks: 'an answer without that cookie keeps what the application says of it',
  },
  'an adapter that calls every request a GET': {
    adapter: withExchange(() => ({ method: 'GET' })),
    breaks: 'what a page of another origin sends is refused, except where it may be sent',
  },
  'an adapter that does not know the whole path': {
    adapter: withExchange(() => ({ path: '/' })),
    breaks: 'what a page of another origin sends is refused, except where it may be sent',
  },
  'an adapter that forgets its options': {
    adapter: (sessions, answer) => nodeSession(sessions, answer, { onError: () => undefined }),
    breaks: 're-entry: a link of another site is asked for once more, and changes nothing until then',
  },
  'an adapter that enters again after any request of another site': {
    adapter: (sessions, answer, options) => async (req, res) => {
      const right = nodeSession(sessions, answer, { onError: () => undefined, ...options })
      const isForeign = req.headers['sec-fetch-site'] === 'cross-site' && !req.headers.cookie
      if (isForeign && options.reEntry) res.end('<meta http-equiv="refresh" content="0;url=/">')
      else await right(req, res)
    },
    breaks: 're-entry: whatever is no such link goes to the application at once',
  },
  'an adapter that loses the query on the way': {
    adapter: (sessions, answer, options) => async (req, res) => {
      req.url = req.url?.split('?')[0] ?? '/'
      await nodeSession(sessions, answer, { onError: () => undefined, ...options })(req, res)
    },
    breaks: 'step-up: a page that needs a fresh sign-in leads there, with the way back',
  },
  'an adapter that redirects scripts and forms': {
    adapter: (sessions, answer, options) => async (req, res) => {
      const asked = (session: Session) =>
        answer(req, res, session).catch(() => res.writeHead(303, { location: '/confirm' }).end())
      await nodeSession(sessions, (_req, _res, session) => void asked(session), options)(req, res)
    },
    breaks: 'step-up: what is no navigation is told by 401 and a challenge',
  },
  'an adapter that hides an upgrade': {
    adapter: withExchange((req, res) => ({
      header: (name) => (name === 'upgrade' ? undefined : nodeExchange(req, res).header(name)),
    })),
    breaks: 'a WebSocket that a page of another origin opens is refused, although it is a GET',
  },
  'an adapter that answers every error alike': {
    adapter: (sessions, answer) => async (req, res) => {
      try {
        await answer(req, res, await sessions.open(nodeExchange(req, res)))
      } catch {
        res.writeHead(500).end()
      }
    },
    breaks: 'other session errors become their status: 413 for a record that is too large',
  },
  'an adapter that keeps one session for all': {
    adapter: (sessions, answer) => {
      let kept: Promise<Session> | undefined
      return async (req, res) => {
        kept ??= sessions.open(nodeExchange(req, res))
        await answer(req, res, await kept).catch(() => res.writeHead(500).end())
      }
    },
    breaks: 'requests at the same time do not share a session',
  },
}

for (const [name, { adapter, breaks }] of Object.entries(faults)) {
  test(`${name} is noticed`, async () => {
    const failed = await failingLaws(adapter)
    assert.ok(failed.includes(breaks), `"${breaks}" did not notice; these did: ${failed.join('; ')}`)
  })
}
