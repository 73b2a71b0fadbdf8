import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import express from 'express'
import { serve } from '../../adapters/core/serve.test-helper.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { site } from './cases/case.test-helper.ts'
import { session } from './express-session.ts'
import { type Kept, name } from './served.test-helper.ts'

const parts: Record<string, (res: ServerResponse) => unknown> = {
  'write, end': (res) => res.write('a') || res.end('b'),
  'writeHead, end': (res) => res.writeHead(200, { 'content-type': 'text/plain' }).end('b'),
  'flushHeaders, end': (res) => {
    res.flushHeaders()
    res.end('b')
  },
  'a compression': (res) => {
    const { write, end } = res
    const stream = new PassThrough()
    stream.on('data', (chunk) => Reflect.apply(write, res, [chunk]))
    stream.on('end', () => Reflect.apply(end, res, []))
    res.writeHead(200)
    stream.write('a')
    res.once('finish', () => stream.end('b'))
  },
}

for (const [way, answer] of Object.entries(parts)) {
  test(`a save that fails at once is the answer, and what the handler goes on to send is nothing: ${way}`, async (t) => {
    const served = await site(t, {}, (req, res) => {
      req.session.quantity = Number('two')
      answer(res)
    })
    const { status, body } = await served.ask()
    assert.deepEqual([status, served.errors.length, served.errors[0]?.code], [500, 1, 'value_not_json'])
    assert.match(body, /quantity/)
  })
}

for (const [what, change] of [
  ['a change', true],
  ['nothing', false],
] as const) {
  test(`what is sent after the end is nothing, as with express-session, also where ${what} is saved`, async (t) => {
    const served = await site(t, {}, (req, res) => {
      if (change) req.session.user = 'bob'
      res.end('1')
      res.end('2')
      assert.equal(res.write('3'), false)
    })
    const { status, body } = await served.ask()
    assert.deepEqual([status, body, served.errors], [200, '1', []])
  })
}

test('parts that come before the error is answered are nothing either', async (t) => {
  const errors = Promise.withResolvers<void>()
  const app = express()
  app.use(session({ store: memoryStore(), name, sweepInterval: false }))
  app.get('/', (req, res) => {
    ;(req as unknown as Kept).session.quantity = Number('two')
    res.write('a')
    setImmediate(() => {
      res.write('b')
      res.end('c')
      errors.resolve()
    })
  })
  app.use(async (error: { code: string }, _req: unknown, res: express.Response, _next: unknown) => {
    await errors.promise
    res.status(500).send(error.code)
  })
  const { url, close } = await serve(app)
  t.after(close)
  const answer = await fetch(url)
  assert.deepEqual([answer.status, await answer.text()], [500, 'value_not_json'])
})

for (const [what, head] of [
  ['status', [99]],
  ['header', [200, { 'x-own': 'a\nb' }]],
] as const) {
  test(`after a ${what} that cannot be, the error has the session's cookie, for nobody to store`, async (t) => {
    const served = await site(t, {}, (req, res) => {
      req.session.user = 'bob'
      Reflect.apply(res.writeHead, res, head)
      res.end()
    })
    const { status, lines, headers } = await served.ask()
    assert.deepEqual([status, lines.length, headers['cache-control']], [500, 1, 'no-store'])
  })
}
