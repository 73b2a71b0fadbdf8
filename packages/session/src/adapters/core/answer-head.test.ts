import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { test } from 'node:test'
import fc from 'fast-check'
import { AnswerHead, type HeadFields } from './answer-head.ts'
import { holdHead } from './node-head.ts'
import { serve } from './serve.test-helper.ts'

function fields(given: Readonly<Record<string, string>>, lines: readonly string[] = []) {
  const headers = new Map(Object.entries(given))
  let cookies = lines
  const head: HeadFields = {
    get: (name) => headers.get(name),
    set: (name, value) => void headers.set(name, value),
    remove: (name) => void headers.delete(name),
    names: () => [...headers.keys()],
    cookies: () => cookies,
    setCookies: (next) => {
      cookies = next
    },
  }
  return { head, headers, cookies: () => cookies }
}

test('whatever the application says, an answer with a token is stored by no cache, and loses none of its cookies', () => {
  const names = fc.constantFrom(
    'cdn-cache-control',
    'vercel-cdn-cache-control',
    'surrogate-control',
    'x-accel-expires',
  )
  const controls = fc.constantFrom(
    'public',
    'public, max-age=60, immutable',
    's-maxage=9',
    'private',
    'no-cache',
    '',
  )
  fc.assert(
    fc.property(
      controls,
      fc.uniqueArray(names),
      fc.uniqueArray(fc.stringMatching(/^[a-z]{1,5}$/)),
      (control, more, own) => {
        const given = Object.fromEntries([
          ['cache-control', control],
          ...more.map((name) => [name, 'max-age=60']),
        ])
        const lines = own.map((name) => `${name}=1; Path=/`)
        const { head, headers, cookies } = fields(given, lines)
        const answer = new AnswerHead()
        answer.setCookie('__Host-session', '__Host-session=token')
        answer.setHeader('vary', 'Cookie')
        answer.writeTo(head)
        assert.equal(headers.get('cache-control'), 'no-store')
        for (const name of more) assert.equal(headers.has(name), false)
        assert.deepEqual(cookies(), [...lines, '__Host-session=token'])
      },
    ),
  )
})

test('a cookie that has been overtaken is left out, and the answer is as if it had never been', () => {
  const { head, headers, cookies } = fields({ 'cache-control': 'public' })
  const answer = new AnswerHead()
  answer.setHeader('cache-control', 'no-store')
  answer.setCookie('s', 's=old', () => false)
  answer.writeTo(head)
  assert.deepEqual([headers.get('cache-control'), cookies()], ['public', []])
})

test('what nobody wished is no wish, and a wish stays', () => {
  for (const [given, written] of [
    [{}, 'no-store'],
    [{ 'cache-control': 'public, max-age=0' }, 'no-store'],
    [{ 'cache-control': 'public, max-age=31536000, immutable' }, 'public, max-age=31536000, immutable'],
  ] as const) {
    const { head, headers } = fields(given)
    const answer = new AnswerHead()
    answer.setHeader('cache-control', 'no-store')
    answer.setHeader('vary', 'Cookie')
    answer.writeTo(head)
    assert.equal(headers.get('cache-control'), written)
    assert.equal(headers.get('vary'), undefined, 'nothing to tell apart')
  }
})

test('Vary names each header once, however often the same answer goes out', () => {
  const { head, headers } = fields({ vary: 'Accept-Encoding' })
  for (let n = 0; n < 3; n++) {
    const answer = new AnswerHead()
    answer.setHeader('vary', 'Cookie')
    answer.setHeader('vary', 'Sec-Fetch-Site, Cookie')
    answer.writeTo(head)
  }
  assert.equal(headers.get('vary'), 'Accept-Encoding, Cookie, Sec-Fetch-Site')
})

test('a name in Vary that the application spells otherwise is spelled as all browsers heed it', () => {
  const { head, headers } = fields({ vary: 'Accept, cookie' })
  const answer = new AnswerHead()
  answer.setHeader('vary', 'Cookie')
  answer.writeTo(head)
  assert.equal(headers.get('vary'), 'Accept, Cookie')
})

const ways: Record<string, (res: ServerResponse) => unknown> = {
  end: (res) => res.setHeader('x', '1').end('body'),
  write: (res) => res.setHeader('x', '1').write('body') && res.end(),
  flushHeaders: (res) => {
    res.setHeader('x', '1').flushHeaders()
    res.end('body')
  },
  'writeHead with an object': (res) => res.writeHead(200, { x: '1' }).end('body'),
  'writeHead with a reason': (res) => res.writeHead(200, 'Fine', { x: '1' }).end('body'),
  'writeHead with a flat list': (res) =>
    res.writeHead(200, ['x', '1', 'set-cookie', 'a=1', 'set-cookie', 'b=2']).end('body'),
  'writeHead with pairs': (res) =>
    res
      .writeHead(200, [
        ['x', '1'],
        ['set-cookie', 'a=1'],
      ] as never)
      .end('body'),
  'writeHead alone': (res) => res.setHeader('x', '1').writeHead(200).end('body'),
  'a wrapper that came later': (res) => {
    const { writeHead } = res
    res.writeHead = ((...args: [number]) =>
      writeHead.apply(res.setHeader('x', '1'), args)) as typeof writeHead
    res.end('body')
  },
}

for (const [way, write] of Object.entries(ways)) {
  test(`on Node the head is written by ${way}, once`, async (t) => {
    const { url, close } = await serve(
      createServer((_req, res) => {
        const answer = new AnswerHead()
        answer.setCookie('s', 's=token')
        holdHead(res, answer)
        write(res)
      }).listeners('request')[0] as never,
    )
    t.after(close)
    const answer = await fetch(url)
    assert.equal(await answer.text(), 'body')
    assert.equal(answer.headers.get('x'), '1')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(answer.headers.getSetCookie().filter((line) => line === 's=token').length, 1)
  })
}
