import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { value } from '../../../test/audit-site.ts'
import { loginForm, USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import type { AuditOptions } from '../../options/options.ts'
import { streamsOf } from './addresses.ts'

interface Choices {
  /** The logout ends what is open. */
  readonly ends?: boolean
  /** Visitors are given it too. */
  readonly isPublic?: boolean
  readonly script?: string
  /** The script is a file of its own. */
  readonly inFile?: boolean
  /** It says goodbye first. */
  readonly says?: string
  /** What it says to whoever has logged out, in place of its news. */
  readonly afterwards?: string
}

/** A site with an event stream that says something when `emit` is called. */
async function streamingSite(
  t: TestContext,
  { ends, isPublic, script = '', inFile, says = '', afterwards }: Choices,
) {
  const sessions = new Set<string>()
  const open = new Map<ServerResponse, string>()
  let count = 0
  const news = 'data: news\n\n'
  const server = createServer(async (request, response) => {
    const id = /sid=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    let body = ''
    for await (const chunk of request) body += chunk
    const html = (text: string, status = 200) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end(text)
    const to = (location: string) => response.writeHead(303, { location }).end()
    const isIn = sessions.has(id)
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        return html('<a href="/login">Sign in</a>')
      case 'GET /account':
        return isIn
          ? html(
              `${USER.username}<form action=/logout method=post><button>Log out</button></form>${inFile ? '<script src=/app.js></script>' : `<script>${script}</script>`}`,
            )
          : to('/login')
      case 'POST /login':
        if (new URLSearchParams(body).get('pw') !== USER.password) return html(loginForm(), 401)
        count += 1
        sessions.add(`session-of-this-site-${count}`)
        response.setHeader('Set-Cookie', `sid=session-of-this-site-${count}; Path=/; HttpOnly`)
        return to('/account')
      case 'GET /login':
        return html(loginForm())
      case 'POST /logout':
        sessions.delete(id)
        response.setHeader('Set-Cookie', 'sid=; Path=/; Max-Age=0')
        if (ends) for (const [stream, owner] of open) if (owner === id) stream.end(says)
        return to('/')
      case 'GET /app.js':
        return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
      case 'GET /events':
        if (!isIn && !isPublic) return html('Sign in', 401)
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
        return void open.set(response, id)
      default:
        return html('Not found', 404)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const emit = () => {
    for (const [stream, owner] of open) stream.write(sessions.has(owner) ? news : (afterwards ?? news))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, emit }
}

/** The wait for data is over when it has come, or when the stream has ended. */
async function tried(t: TestContext, choices: Choices, more: Partial<AuditOptions> = {}) {
  const { url, emit } = await streamingSite(t, choices)
  const wait = (milliseconds: number) => {
    if (milliseconds !== (more.streamWait ?? 5) * 1000) return Promise.resolve()
    emit()
    return new Promise<void>(() => {})
  }
  return value(await gather({ url, ...USER, ...more }, { wait }), 'streams')
}

const SCRIPT = `const events = new EventSource('/events')`

test('a stream that goes on after the logout', async (t) => {
  const { streams, browserAfter, controls } = await tried(t, { script: SCRIPT })
  assert.equal(browserAfter?.state, 'anonymous')
  assert.deepEqual(
    controls.map(({ name, held }) => [name, held]),
    [
      ['the browser before the logout', true],
      ['no cookies', true],
    ],
  )
  assert.deepEqual(
    streams.map(({ kind, status, visitorStatus, before, after, visitor }) => [
      ...[kind, status, visitorStatus, before, after, visitor],
    ]),
    [['events', 200, 401, 1, 2, 0]],
  )
})

test('one that ends with the logout', async (t) => {
  const { streams } = await tried(t, { script: SCRIPT, ends: true })
  assert.deepEqual(
    streams.map(({ before, after }) => [before, after]),
    [[1, 0]],
  )
})

test('one that says goodbye in its own words', async (t) => {
  const { streams } = await tried(t, {
    ...{
      script: SCRIPT,
      inFile: true,
      ends: true,
      says: 'event: logout\ndata: {}\n\ndata: {"type":"bye"}\n\n',
    },
  })
  assert.deepEqual(
    streams.map(({ after, others, ended }) => [after, others, ended]),
    [[0, 0, true]],
  )
})

test('one that says something else from the logout on', async (t) => {
  const choices = { script: SCRIPT, afterwards: 'data: {"type":"signed-out"}\n\n' }
  const { streams, waitedMs } = await tried(t, choices, { streamWait: 2 })
  assert.equal(waitedMs, 2000)
  assert.deepEqual(
    streams.map(({ before, after, others = 0, ended }) => [before, after, others > 0, ended]),
    [[1, 0, true, false]],
  )
})

test('a WebSocket that nobody is let into', async (t) => {
  const { streams } = await tried(t, { script: `new WebSocket('ws://' + location.host + '/nowhere')` })
  assert.deepEqual(
    streams.map(({ kind, status, before }) => [kind, status, before]),
    [['websocket', 404, 0]],
  )
})

test('one that everybody may have, and one that the user names', async (t) => {
  const { streams } = await tried(t, { isPublic: true }, { streams: ['/events'] })
  assert.deepEqual(
    streams.map(({ visitor }) => visitor > 0),
    [true],
  )
})

test('where no stream is known, nothing is done', async (t) => {
  const { notTried, streams } = await tried(t, {})
  assert.match(notTried ?? '', /--stream/)
  assert.deepEqual(streams, [])
})

test('addresses as scripts write them', async () => {
  const found = async (script: string) => {
    const answer = {
      ...{ phase: 'signed-in', status: 200, url: new URL('https://app.example.com/a/'), charset: 'UTF-8' },
      ...{ headers: { 'content-type': 'text/javascript' }, body: script },
    }
    const http = { answers: [answer], exchanges: [], allows: ({ host }: URL) => host === 'app.example.com' }
    const context = {
      options: {},
      http,
      start: answer.url,
      oracle: answer,
      landed: null,
    } as unknown as Parameters<typeof streamsOf>[0]
    return (await streamsOf(context)).map(({ kind, url }) => `${kind} ${url.href}`)
  }
  const https = 'https://app.example.com'
  assert.deepEqual(await found(`new EventSource("live?x=1", {})`), [`events ${https}/a/live?x=1`])
  assert.deepEqual(await found(`new WebSocket('wss://app.example.com/ws')`), [`websocket ${https}/ws`])
  assert.deepEqual(await found('new WebSocket(`wss://$' + '{location.host}/ws`)'), [`websocket ${https}/ws`])
  assert.deepEqual(await found(`new WebSocket(base + '/ws')`), [`websocket ${https}/ws`])
  assert.deepEqual(await found(`new WebSocket('wss://elsewhere.example/ws')`), [])
  assert.deepEqual(await found('new EventSource(`/rooms/$' + '{id}/live`)'), [])
})
