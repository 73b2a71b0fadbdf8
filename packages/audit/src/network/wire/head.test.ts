import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanHead, endOfHead, isInterim } from './head.ts'

const clean = (...lines: readonly string[]) =>
  cleanHead(`HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`)
    .split('\r\n')
    .slice(1, -2)

/** As Chromium 156 read each of them. */
const rows: readonly (readonly [line: string, kept: readonly string[]])[] = [
  ['x-a: 1', ['x-a: 1']],
  ['x-a: a\x01b', ['x-a: a\x01b']],
  ['x-a : 1', ['x-a: 1']],
  ['x-a\t:\t1', ['x-a: 1']],
  ['no colon', []],
  [': no name', []],
  ['x(a): 1', []],
  ['x a: 1', []],
  ['x-\xe9: 1', []],
  ['x-a: 1\r\n  more', ['x-a: 1 more']],
  ['no colon\r\n  more', []],
  ['x-a: 1\rx-b: 2', ['x-a: 1', 'x-b: 2']],
  ['x-a: 1\nx-b: 2', ['x-a: 1', 'x-b: 2']],
  ['content-length: 2\r\nContent-Length: 2', ['content-length: 2']],
  ['content-length: 2\r\ntransfer-encoding: chunked', ['transfer-encoding: chunked']],
]
for (const [line, kept] of rows) {
  test(JSON.stringify(line), () => {
    assert.deepEqual(clean(line), kept)
  })
}

test('what browsers refuse is refused, and the header named without its value', () => {
  for (const [line, name] of [
    ['x-edge: secret\0b', 'x-edge'],
    ['content-length: 2\r\ncontent-length: 3', 'content-length'],
    ['location: /secret\r\nLocation: /other', 'Location'],
  ] as const) {
    assert.throws(
      () => clean(line),
      (error: Error) => error.message.includes(name) && !error.message.includes('secret'),
      line,
    )
  }
})

test('status lines', () => {
  const status = (line: string) => cleanHead(`${line}\r\n\r\n`).split('\r\n')[0]
  assert.equal(status('HTTP/1.1 404 Not\x01Found'), 'HTTP/1.1 404 ')
  assert.equal(status('http/1.1  200'), 'HTTP/1.1 200 ')
  assert.equal(status('HTTP/2 200 OK'), 'HTTP/1.1 200 ')
  assert.equal(status('HTTP/1.0 200 OK'), 'HTTP/1.0 200 ')
  assert.equal(status('SSH-2.0-x'), 'SSH-2.0-x')
})

test('where a head ends, and whether the answer itself comes after it', () => {
  assert.equal(endOfHead('HTTP/1.1 200\r\na: b\r\n'), null)
  assert.equal(endOfHead('a\r\n\r\nbody\n\n'), 5)
  assert.equal(endOfHead('a\n\nbody'), 3)
  assert.deepEqual(['HTTP/1.1 103 x', 'HTTP/1.1 101 x', 'HTTP/1.1 200 x'].map(isInterim), [
    true,
    false,
    false,
  ])
})
