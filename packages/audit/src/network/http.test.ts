import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { serve } from '../../test/serve.ts'
import type { AuditOptions } from '../options/options.ts'
import { BrowserJar, frozenJar, NO_CREDENTIALS } from './cookies/jar.ts'
import { Http } from './http.ts'
import { visit } from './pages/navigate.ts'
import { BODY_LIMIT } from './wire/read-limited.ts'

const get = (url: string | URL, jar = NO_CREDENTIALS) =>
  ({ url: new URL(url), phase: 'anonymous', jar }) as const
const open = (url: string, options: Partial<AuditOptions> = {}) => new Http({ url, ...options }, new URL(url))

async function listening(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('another origin is not contacted, by request or by redirect', async (t) => {
  const other = await serve(t, () => ({ html: 'other' }))
  const site = await serve(t, () => ({ redirect: `${other.url}/x` }))
  const http = open(site.url)
  t.after(() => http.close())
  await assert.rejects(http.send(get(other.url)), { code: 'off_origin' })
  assert.equal((await visit(http, get(site.url))).leftTo?.origin, other.url)
  assert.deepEqual(other.seen, [])
})

test('a redirect loop ends', async (t) => {
  const site = await serve(t, () => ({ redirect: '/' }))
  const http = open(site.url)
  t.after(() => http.close())
  assert.equal((await visit(http, get(site.url))).answers.length, 11)
})

test('a POST without a body says so, and is not sent in chunks', async (t) => {
  const seen: (string | undefined)[][] = []
  const url = await listening(
    t,
    createServer(({ method, headers }, response) => {
      seen.push([method, headers['content-length'], headers['transfer-encoding']])
      response.end()
    }),
  )
  const http = open(url)
  t.after(() => http.close())
  for (const method of ['POST', 'PUT', 'DELETE', 'GET']) await http.send({ ...get(url), method })
  assert.deepEqual(seen, [
    ['POST', '0', undefined],
    ['PUT', '0', undefined],
    ['DELETE', undefined, undefined],
    ['GET', undefined, undefined],
  ])
})

test('307 keeps method and body, 302 becomes a GET', async (t) => {
  const site = await serve(t, ({ at, body }) => {
    if (at === 'POST /kept') return { redirect: '/echo', status: 307 }
    return at === 'POST /lost' ? { redirect: '/echo' } : { html: `${at} ${body}` }
  })
  const http = open(site.url)
  t.after(() => http.close())
  const post = (path: string) =>
    visit(http, {
      ...get(site.url + path),
      method: 'POST',
      body: { type: 'urlencoded', fields: [['a', 'b']] },
    })
  assert.equal((await post('/kept')).final.body, 'POST /echo a=b')
  assert.equal((await post('/lost')).final.body, 'GET /echo ')
})

test('addresses are asked about when they are resolved, and IP addresses too', async (t) => {
  const site = await serve(t, () => ({ html: 'hello' }))
  const asked: string[] = []
  const refuse = (address: string, hostname: string) => {
    asked.push(`${hostname} ${address}`)
    return false
  }
  const literal = open(site.url, { allowAddress: refuse })
  const named = open(site.url.replace('127.0.0.1', 'localhost'), { allowAddress: refuse })
  t.after(() => Promise.all([literal.close(), named.close()]))
  await assert.rejects(literal.send(get(site.url)), { code: 'address_refused' })
  await assert.rejects(named.send(get(site.url.replace('127.0.0.1', 'localhost'))), {
    code: 'address_refused',
  })
  assert.deepEqual(site.seen, [])
  assert.ok(asked.includes('127.0.0.1 127.0.0.1') && asked.some((line) => line.startsWith('localhost ')))
  const allowed = open(site.url.replace('127.0.0.1', 'localhost'), { allowAddress: () => true })
  t.after(() => allowed.close())
  assert.equal((await allowed.send(get(site.url.replace('127.0.0.1', 'localhost')))).status, 200)
})

test('a server that never answers times out', async (t) => {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const http = open(url, { timeout: 50 })
  t.after(() => http.close())
  await assert.rejects(http.send(get(url)), { code: 'unreachable', message: /within 50 ms; --timeout/ })
})

test('a redirect to a path in raw UTF-8, and headers of many kilobytes', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/') {
      const location = Buffer.from('/Übersicht').toString('latin1')
      response.writeHead(303, { location, 'x-policy': 'a'.repeat(60_000) }).end()
    } else response.end(request.url)
  })
  const url = await listening(t, server)
  const http = open(url)
  t.after(() => http.close())
  const { location } = await http.send(get(`${url}/`))
  assert.equal(location?.pathname, '/%C3%9Cbersicht')
})

test('bodies are cut off', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/bomb')
      response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50_000_000)))
    else response.end(Buffer.alloc(BODY_LIMIT * 2, 97))
  })
  const url = await listening(t, server)
  const http = open(url)
  t.after(() => http.close())
  assert.equal((await http.send(get(`${url}/big`))).body.length, BODY_LIMIT)
  assert.equal((await http.send(get(`${url}/bomb`))).body.length, BODY_LIMIT)
})

test('a browser jar keeps what browsers keep; a frozen one learns nothing', async (t) => {
  const site = await serve(t, ({ at, cookies }) => ({
    html: [...cookies.keys()].join(),
    cookies:
      at === 'GET /set'
        ? ['a=1; Path=/', 'b=2; Secure; Path=/', 'c=3; SameSite=None', 'd=4; Path=/deep']
        : [],
    headers: at === 'GET /clear' ? { 'clear-site-data': '"cookies"' } : {},
  }))
  const http = open(site.url)
  t.after(() => http.close())
  const jar = new BrowserJar()
  const frozen = frozenJar([{ kind: 'cookie', name: 'z', value: '9' }])
  await http.send(get(`${site.url}/set`, jar))
  await http.send(get(`${site.url}/set`, frozen))
  assert.equal((await http.send(get(site.url, jar))).body, 'a,b')
  assert.equal((await http.send(get(`${site.url}/deep`, jar))).body, 'd,a,b')
  assert.equal((await http.send(get(site.url, frozen))).body, 'z')
  await http.send(get(`${site.url}/clear`, jar))
  assert.equal((await http.send(get(site.url, jar))).body, '')
})

test('what is recorded holds no secret', async (t) => {
  const site = await serve(t, () => ({
    redirect: '/next?session=0123456789abcdef',
    cookies: ['sid=topsecret1; Path=/'],
  }))
  const http = open(site.url)
  t.after(() => http.close())
  http.secrets.addCredential('password', 'pa ss')
  await http.send({
    ...get(site.url, frozenJar([{ kind: 'cookie', name: 'sid', value: 'othersecret2' }])),
    method: 'POST',
    body: {
      type: 'urlencoded',
      fields: [
        ['pw', 'pa ss'],
        ['csrf', 'tokentoken3'],
      ],
    },
  })
  const [exchange] = http.exchanges
  assert.doesNotMatch(
    JSON.stringify(exchange),
    /topsecret1|othersecret2|pa ss|pa\+ss|tokentoken3|0123456789abcdef/,
  )
  assert.deepEqual([exchange?.setCookies, Object.keys(exchange?.sentCookies ?? {})], [['sid'], ['sid']])
  assert.match(exchange?.curl ?? '', /^curl -sS -i -X POST 'http.*Cookie: sid=<sid:\w{8}>.*pw=<password>/)
})
