import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { BrowserJar } from './cookies/jar.ts'
import { hold } from './held.ts'
import { Http } from './http.ts'

/** A site whose /read answers when the whole body is there, and everything else at once. */
async function site(t: TestContext, signal?: AbortSignal) {
  const begun = Promise.withResolvers<void>()
  const read = Promise.withResolvers<string>()
  const server = createServer(async (request, response) => {
    if (request.url === '/read') {
      request.once('data', () => begun.resolve())
      let body = ''
      try {
        for await (const chunk of request) body += chunk
        read.resolve(body)
      } catch (error) {
        return read.resolve(`broke off after ${body}: ${error}`)
      }
      response.setHeader('Set-Cookie', 'late=1')
      return response.end(body)
    }
    response.end('at once')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const http = new Http({ url: url.href, ...(signal ? { signal } : {}) }, url)
  t.after(async () => {
    await http.close()
    server.closeAllConnections()
    server.close()
  })
  return { http, url, begun: begun.promise, read: read.promise }
}

const BODY = { type: 'urlencoded', fields: [['a', 'bc']] } as const

test('what reads the body waits for its last byte, and others are answered meanwhile', async (t) => {
  const { http, url, begun } = await site(t)
  const jar = new BrowserJar()
  const held = hold(http, { url: new URL('read', url), method: 'POST', body: BODY, phase: 'logout', jar })
  await begun
  const other = await http.send({ url, phase: 'logout', jar })
  assert.equal(held.answer(), null)
  const answer = await held.finish()
  assert.equal(answer?.body, 'a=bc')
  assert.ok(answer.exchange > other.exchange)
  assert.deepEqual(
    jar.credentials(url).map(({ name }) => name),
    ['late'],
  )
})

test('held requests take no place among those that may be under way', async (t) => {
  const { http, url } = await site(t)
  const jar = new BrowserJar()
  const held = Array.from({ length: 8 }, () =>
    hold(http, { url: new URL('read', url), method: 'POST', body: BODY, phase: 'logout', jar }),
  )
  assert.equal((await http.send({ url, phase: 'logout', jar })).body, 'at once')
  for (const each of held) assert.equal((await each.finish())?.body, 'a=bc')
})

test('one that is stopped meanwhile comes to its end on the site, and has no answer', async (t) => {
  const stop = new AbortController()
  const { http, url, begun, read } = await site(t, stop.signal)
  const jar = new BrowserJar()
  const held = hold(http, { url: new URL('read', url), method: 'POST', body: BODY, phase: 'logout', jar })
  await begun
  stop.abort()
  await held.done
  assert.equal(await read, 'a=bc')
  assert.equal(await held.finish(), null)
})

test('what does not read it answers at once', async (t) => {
  const { http, url } = await site(t)
  const held = hold(http, { url, method: 'POST', body: BODY, phase: 'logout', jar: new BrowserJar() })
  while (held.answer() === null) await http.send({ url, phase: 'logout', jar: new BrowserJar() })
  assert.equal((await held.finish())?.body, 'at once')
})

test('one that breaks has no answer, and one beyond the budget neither', async (t) => {
  const { url } = await site(t)
  const http = new Http({ url: url.href, maxRequests: 1 }, url)
  t.after(() => http.close())
  const jar = new BrowserJar()
  await http.send({ url, phase: 'logout', jar })
  assert.equal(await hold(http, { url, phase: 'logout', jar }).finish(), null)
  const gone = new Http({ url: 'http://127.0.0.1:1/' }, new URL('http://127.0.0.1:1/'))
  t.after(() => gone.close())
  assert.equal(await hold(gone, { url: new URL('http://127.0.0.1:1/'), phase: 'logout', jar }).finish(), null)
})
