import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { counts, sidOf, site, watchedStore } from './cases/case.test-helper.ts'
import { type Kept, lifeOf } from './served.test-helper.ts'

/** A gate that a request waits at until the test opens it. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  return {
    open: () => resolve(),
    reached: reached.promise,
    pass() {
      reached.resolve()
      return promise
    },
  }
}

/** A session with a value, and a handler that stops at the gate after it has changed something. */
async function held(t: TestContext, change: (req: Kept) => void) {
  const at = gate()
  const store = watchedStore()
  const served = await site(t, { store }, async (req, res) => {
    if (req.url === '/start') Object.assign(req.session, { first: true, shared: 0 })
    if (req.url === '/destroy') await req.session.destroy()
    if (req.url === '/slow') {
      change(req)
      await at.pass()
    }
    if (req.url === '/other') Object.assign(req.session, { other: 1, shared: 1 })
    res.end(JSON.stringify(req.session ?? null))
  })
  const { cookie } = await served.ask({ path: '/start' })
  return { at, served, store, cookie, sid: sidOf(cookie) }
}

test('requests at once which change different values lose nothing to each other', async (t) => {
  const { at, served, store, cookie, sid } = await held(t, (req) => {
    req.session.slow = 2
    delete req.session.first
  })
  const slow = served.ask({ path: '/slow', cookie })
  await at.reached
  await served.ask({ path: '/other', cookie })
  at.open()
  assert.equal((await slow).status, 200)
  assert.deepEqual((await store.read(sid))?.data, { other: '1', shared: '1', slow: '2' })
})

test('a session that has ended meanwhile is not brought back, and the answer says so', async (t) => {
  const { at, served, store, cookie, sid } = await held(t, (req) => {
    req.session.slow = 2
  })
  const slow = served.ask({ path: '/slow', cookie })
  await at.reached
  assert.equal((await served.ask({ path: '/destroy', cookie })).status, 200)
  at.open()
  const answer = await slow
  assert.deepEqual([answer.status, answer.lines, served.errors[0]?.code], [401, [], 'session_ended'])
  assert.equal(await store.read(sid), null)
})

const ways: Record<string, (res: ServerResponse) => unknown> = {
  write: (res) => res.write('body') || res.end(),
  writeHead: (res) => res.writeHead(201, { 'x-own': '1' }).end('body'),
  flushHeaders(res) {
    res.flushHeaders()
    res.end('body')
  },
  pipe: (res) => Readable.from(['bo', 'dy']).pipe(res),
  'the head as compressions ask for it': (res) => {
    const it = res as ServerResponse & { _implicitHeader(): void }
    it._implicitHeader()
    it._implicitHeader()
    res.write('bo')
    res.end('dy')
  },
}

for (const [way, answer] of Object.entries(ways)) {
  test(`an answer that begins by ${way} waits for the save, and brings the cookie`, async (t) => {
    const at = gate()
    const store = watchedStore()
    const { create } = store
    store.create = async (record) => {
      await at.pass()
      await create(record)
    }
    const served = await site(t, { store }, (req, res) => {
      req.session.user = 'bob'
      answer(res)
      assert.equal(res.headersSent, way !== 'pipe', 'as if it were on its way')
    })
    const asked = served.ask()
    await at.reached
    at.open()
    const { body, lines, status, headers } = await asked
    assert.deepEqual([body, lines.length, store.created], ['body', 1, 1])
    if (way === 'writeHead') assert.deepEqual([status, headers['x-own']], [201, '1'])
  })
}

/** As the package compression does it: what is written goes through a stream, and who waits for `drain` waits for that one. */
function throughStream(res: ServerResponse): void {
  const { write, end, on } = res
  const stream = new PassThrough({ highWaterMark: 16 })
  stream.on('data', (chunk) => Reflect.apply(write, res, [chunk]) || stream.pause())
  stream.on('end', () => Reflect.apply(end, res, []))
  Reflect.apply(on, res, ['drain', () => stream.resume()])
  res.write = ((chunk: Buffer) => stream.write(chunk)) as typeof write
  res.end = (() => stream.end()) as unknown as typeof end
  res.on = ((event: string, listener: () => void) =>
    event === 'drain' ? stream.on(event, listener) : Reflect.apply(on, res, [event, listener])) as typeof on
}

for (const order of ['before', 'after']) {
  test(`a pipe through a compression that is mounted ${order} comes whole`, async (t) => {
    const parts = Array.from({ length: 50 }, (_, at) => `part ${at} `)
    const before = order === 'before' ? (_: unknown, res: ServerResponse) => throughStream(res) : undefined
    const served = await site(t, { ...(before && { before }) }, (req, res) => {
      if (order === 'after') throughStream(res)
      req.session.user = 'bob'
      Readable.from(parts).pipe(res)
    })
    const { body, lines } = await served.ask()
    assert.deepEqual([body, lines.length], [parts.join(''), 1])
  })
}

test('a middleware after the answer has begun says where it belongs', async (t) => {
  const served = await site(t, { before: (_req, res) => void res.write('a part') }, (_req, res) => res.end())
  served.ask().catch(() => undefined)
  while (served.errors.length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.match(served.errors[0]?.message ?? '', /before the routes/)
})

test('a first value after the head is refused before the store is asked, and the answer is cut', async (t) => {
  const store = watchedStore()
  const served = await site(t, { store }, (req, res) => {
    res.write('a part')
    req.session.user = 'bob'
    res.end()
  })
  await assert.rejects(served.ask())
  assert.deepEqual([served.errors[0]?.code, store.created], ['answer_started', 0])
})

test('a later value after the head is saved before the answer ends', async (t) => {
  const store = watchedStore()
  const served = await site(t, { store }, (req, res) => {
    if (req.url === '/start') return counts(req, res)
    res.write('a part')
    req.session.late = 1
    res.end()
  })
  const { cookie } = await served.ask({ path: '/start' })
  assert.equal((await served.ask({ cookie })).status, 200)
  assert.equal((await store.read(sidOf(cookie)))?.data.late, '1')
})

test('what JSON cannot carry is an error that says what to store, and nothing of the answer goes out', async (t) => {
  const store = watchedStore()
  const served = await site(t, { store }, (req, res) => {
    req.session.at = new Date(0)
    res.setHeader('content-type', 'text/html').setHeader('etag', '"1"').end('<p>Done</p>')
  })
  const answer = await served.ask()
  assert.deepEqual([answer.status, store.created, answer.headers.etag], [500, 0, undefined])
  assert.match(answer.body, /getTime/)
})

test('a value that becomes undefined is removed', async (t) => {
  const store = watchedStore()
  const served = await site(t, { store }, (req, res) => {
    req.session.user = req.session.user ? undefined : 'bob'
    res.end()
  })
  const { cookie } = await served.ask()
  await served.ask({ cookie })
  assert.deepEqual((await store.read(sidOf(cookie)))?.data, {})
})

test('a save that nobody waited for and that failed is the answer', async (t) => {
  const store = watchedStore()
  const { create } = store
  let calls = 0
  store.create = async (record) => {
    calls++
    if (calls === 1) throw new Error('boom')
    await create(record)
  }
  const served = await site(t, { store }, (req, res) => {
    req.session.user = 'bob'
    void req.session.save()
    res.end()
  })
  assert.equal((await served.ask()).status, 503)
})

test('a session object of before regenerate saves nothing', async (t) => {
  const store = watchedStore()
  const served = await site(t, { store }, async (req, res) => {
    const former = req.session
    former.user = 'bob'
    await former.regenerate()
    await former.save().catch((error) => res.end(error.code))
  })
  assert.equal((await served.ask()).body, 'session_ended')
  assert.equal(store.size(), 1)
})

test('req.session of another object is an error that says what to write', async (t) => {
  const served = await site(t, {}, (req, res) => {
    Object.assign(req, { session: { user: 'bob' } })
    res.end()
  })
  assert.match((await served.ask()).body, /Object\.assign\(req\.session/)
})

test('a session’s own maxAge is kept by the server too, and a longer one needs longestMaxAge', async (t) => {
  const store = watchedStore()
  const served = await site(t, { store, longestMaxAge: '30d' }, (req, res) => {
    if (req.url === '/short') req.session.cookie.maxAge = 5000
    if (req.url === '/long') req.session.cookie.maxAge = 86_400_000
    if (req.url === '/look') res.end(`${req.session.count}`)
    else counts(req, res)
  })
  const short = await served.ask({ path: '/short' })
  const long = await served.ask({ path: '/long' })
  served.clock.advance('4s')
  assert.equal((await served.ask({ path: '/look', cookie: short.cookie })).body, '1')
  served.clock.advance('4s')
  assert.equal((await served.ask({ cookie: short.cookie })).body, '2', 'its use has put the end off')
  served.clock.advance('4s')
  assert.equal((await served.ask({ cookie: short.cookie })).body, '3')
  served.clock.advance('6s')
  assert.equal((await served.ask({ cookie: short.cookie })).body, '1')
  assert.equal(await store.read(sidOf(short.cookie)), null)
  served.clock.advance('23h')
  assert.equal((await served.ask({ cookie: long.cookie })).body, '2')

  const without = await site(t, {}, (req, res) => {
    req.session.cookie.maxAge = 86_400_000
    counts(req, res)
  })
  assert.match((await without.ask()).body, /longestMaxAge/)
})

test('a request without an answer, as sockets have it, reads its session and can store in it', async (t) => {
  const store = watchedStore()
  const served = await site(t, { store }, counts)
  const { cookie } = await served.ask()
  const req = { headers: { cookie }, url: '/', method: 'GET', socket: {} } as unknown as Kept
  await new Promise<void>((resolve, reject) =>
    served.auth(req, {} as ServerResponse, (error) => (error ? reject(error) : resolve())),
  )
  assert.equal(req.session.count, 1)
  req.session.socket = true
  await req.session.save()
  assert.equal((await store.read(sidOf(cookie)))?.data.socket, 'true')
})

test('sessions that an earlier release let live longer live as long as they may now', async (t) => {
  const store = watchedStore()
  const remember = (setting: object) =>
    site(t, { store, ...setting }, (req, res) => {
      if (req.url === '/remember') req.session.cookie.maxAge = 30 * 86_400_000
      counts(req, res)
    })
  const earlier = await remember({ longestMaxAge: '30d' })
  const { cookie } = await earlier.ask({ path: '/remember' })
  const later = await remember({ longestMaxAge: '7d' })
  const answer = await later.ask({ cookie })
  assert.deepEqual([answer.body, lifeOf(answer.lines[0])], ['2', 7 * 86_400_000])
  assert.equal(
    (await (await remember({ longestMaxAge: undefined })).ask({ cookie: answer.cookie })).body,
    '3',
  )
})

test('a cookie that outlives the session at the server is no error', async (t) => {
  const served = await site(t, { cookie: { maxAge: 86_400_000 }, idleTimeout: '5m' }, counts)
  const { cookie, lines } = await served.ask()
  assert.equal(lifeOf(lines[0]), 86_400_000)
  served.clock.advance('6m')
  assert.equal((await served.ask({ cookie })).body, '1')
})
