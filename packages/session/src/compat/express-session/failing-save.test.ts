import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { site } from './cases/case.test-helper.ts'

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
