import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { audit, value } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { accountPage, loginForm, sessionSite, USER } from '../../../test/session-site.ts'

/** Its body is a field that no site knows. */
const isHeld = (request: IncomingMessage) => request.headers['content-length'] === '10'

type AtEnd = (id: string, sessions: Set<string>, response: ServerResponse) => void

/**
 * A site that loads the session when a request begins, and does something with it when the request has come to its end.
 * @param reads whether the login reads what is posted to it before it answers
 * @param hears is told of each request before it is answered
 */
async function loadingSite(
  t: TestContext,
  atEnd: AtEnd,
  { reads = true, hears = (_: IncomingMessage) => {} } = {},
) {
  const sessions = new Set<string>()
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const id = /sid=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    const loaded = sessions.has(id)
    const at = `${request.method} ${request.url}`
    const html = (text: string, status = 200) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end(text)
    const to = (location: string) => response.writeHead(303, { location }).end()
    if (at === 'GET /account') return loaded ? html(accountPage({ csrf: '-' })) : to('/login')
    if (at === 'POST /login') {
      if (!reads && isHeld(request)) return html(loginForm(), 401)
      let body = ''
      for await (const chunk of request) body += chunk
      if (loaded) atEnd(id, sessions, response)
      if (new URLSearchParams(body).get('pw') !== USER.password) return html(loginForm(), 401)
      const fresh = randomBytes(16).toString('hex')
      sessions.add(fresh)
      response.setHeader('Set-Cookie', `sid=${fresh}; Path=/; HttpOnly; SameSite=Lax`)
      return to('/account')
    }
    if (at === 'POST /logout') {
      sessions.delete(id)
      response.setHeader('Set-Cookie', 'sid=; Path=/; Max-Age=0')
      return to('/')
    }
    if (at === 'GET /') return html('<a href="/login">Sign in</a>')
    return at === 'GET /login' ? html(loginForm()) : html('Not found', 404)
  }
  const server = createServer((request, response) => {
    hears(request)
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a sound site: what was held back is answered after the logout, and brings nothing back', async (t) => {
  const site = await serve(t, sessionSite())
  const { trials, login, noLogin } = value(await audit(site.url), 'inFlight')
  assert.equal(trials.length, 1)
  const held = trials[0]?.begun.filter(({ how }) => how === 'held') ?? []
  assert.deepEqual(
    held.map(({ overlapped, sets }) => [overlapped, sets]),
    [
      [true, []],
      [true, []],
    ],
  )
  assert.equal(trials[0]?.copy.state, 'anonymous')
  assert.ok(trials[0]?.controls.every((control) => control.held))
  assert.deepEqual(trials[0]?.controls.map(({ name }) => name).slice(0, 2), [
    'the browser before the logout',
    'no cookies',
  ])
  assert.equal(login, null)
  assert.match(noLogin ?? '', /no answer sent the cookie anew/)
})

test('a login is tried where answers send the cookie anew; a late one that does puts the old session back', async (t) => {
  const site = await serve(t, sessionSite({ rolling: true }))
  const file = await audit(site.url)
  const { login } = value(file, 'inFlight')
  assert.ok(login?.begun.every(({ overlapped, restores }) => overlapped && restores.length === 0))
  const before = file.took?.logins ?? 0
  const without = await audit((await serve(t, sessionSite())).url)
  assert.equal(before - (without.took?.logins ?? 0), 1)
})

test('a request that writes back what it loaded revives the session, twice', async (t) => {
  const url = await loadingSite(t, (id, sessions) => sessions.add(id))
  const { trials } = value(await audit(url), 'inFlight')
  assert.deepEqual(
    trials.map(({ meanwhile, copy }) => [meanwhile?.browser.state, meanwhile?.copy.state, copy.state]),
    [
      [undefined, undefined, 'signed-in'],
      ['anonymous', 'anonymous', 'signed-in'],
    ],
  )
  assert.ok(trials.every(({ begun }) => begun.some(({ overlapped, url }) => overlapped && /login/.test(url))))
})

test('a late answer with a new ID signs the browser in again, and not the copy', async (t) => {
  const url = await loadingSite(t, (_, sessions, response) => {
    const fresh = randomBytes(16).toString('hex')
    sessions.add(fresh)
    response.appendHeader('Set-Cookie', `sid=${fresh}; Path=/; HttpOnly; SameSite=Lax`)
  })
  const { trials, noLogin } = value(await audit(url), 'inFlight')
  assert.deepEqual(
    trials.map(({ copy, browser }) => [copy.state, browser?.state]),
    [
      ['anonymous', 'signed-in'],
      ['anonymous', 'signed-in'],
    ],
  )
  const late = trials.flatMap(({ begun }) => begun).filter(({ sets }) => sets.includes('sid'))
  assert.ok(late.length > 0 && late.every(({ restores }) => restores.length === 0))
  assert.match(noLogin ?? '', /no cookie that the login replaces/)
})

test('a site that answers before it has read can keep nothing under way, and is not called sound', async (t) => {
  const url = await loadingSite(t, () => {}, { reads: false })
  const { trials } = value(await audit(url), 'inFlight')
  assert.ok(trials[0]?.begun.every(({ overlapped }) => !overlapped))
})

test('an audit that is stopped while requests are held back leaves none of them half sent', async (t) => {
  for (const last of ['GET /account', 'POST /logout']) {
    const stop = new AbortController()
    const held: IncomingMessage[] = []
    const hears = (request: IncomingMessage) => {
      if (isHeld(request)) held.push(request)
      else if (held.length > 0 && `${request.method} ${request.url}` === last) stop.abort()
    }
    const url = await loadingSite(t, () => {}, { hears })
    await assert.rejects(audit(url, { signal: stop.signal }), { code: 'aborted' })
    assert.ok(held.length > 0)
    for (const request of held) {
      if (!request.complete && !request.destroyed) await once(request.resume(), 'close')
      assert.ok(request.complete, request.url)
    }
  }
})

test('a page that was asked for while the logout was under way revives the session', async (t) => {
  const sessions = new Set<string>()
  const idOf = ({ headers }: IncomingMessage) => /sid=(\w+)/.exec(headers.cookie ?? '')?.[1] ?? ''
  let arrived = () => {}
  let out = Promise.resolve()
  const server = createServer(async (request, response) => {
    // The body first, then the session.
    let body = ''
    for await (const chunk of request) body += chunk
    const id = idOf(request)
    const loaded = sessions.has(id)
    const html = (text: string, status = 200) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end(text)
    const to = (location: string) => response.writeHead(303, { location }).end()
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        return html('<a href="/login">Sign in</a>')
      case 'GET /login':
        return html(loginForm())
      case 'GET /account': {
        arrived()
        await out
        if (loaded) sessions.add(id)
        return loaded ? html(accountPage({ csrf: '-' })) : to('/login')
      }
      case 'POST /login': {
        if (new URLSearchParams(body).get('pw') !== USER.password) return html(loginForm(), 401)
        const fresh = randomBytes(16).toString('hex')
        sessions.add(fresh)
        response.setHeader('Set-Cookie', `sid=${fresh}; Path=/; HttpOnly; SameSite=Lax`)
        return to('/account')
      }
      case 'POST /logout': {
        const { promise, resolve } = Promise.withResolvers<void>()
        const meanwhile = new Promise<void>((done) => {
          arrived = done
        })
        out = promise
        await Promise.race([meanwhile, setTimeout(200)])
        sessions.delete(id)
        response.setHeader('Set-Cookie', 'sid=; Path=/; Max-Age=0')
        to('/')
        return void response.on('finish', () => setImmediate(resolve))
      }
      default:
        return html('Not found', 404)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { trials } = value(
    await audit(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    'inFlight',
  )
  assert.deepEqual(
    trials.map(({ copy, again }) => [copy.state, again?.state]),
    [
      ['signed-in', undefined],
      ['signed-in', 'anonymous'],
    ],
  )
})
