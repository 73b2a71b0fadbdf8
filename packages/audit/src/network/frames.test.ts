import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventCounter, frameCounter } from './frames.ts'

const TEXT = Buffer.from([0x81, 2, 0x68, 0x69])
const PING = Buffer.from([0x89, 0])
const LONG = Buffer.concat([Buffer.from([0x82, 126, 1, 0]), Buffer.alloc(256, 0x81)])
const HUGE = Buffer.concat([Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]), Buffer.alloc(65536)])

test('frames with data are counted, pings are not', () => {
  assert.equal(frameCounter()(Buffer.concat([TEXT, PING, LONG, HUGE, TEXT])), 4)
})

test('frames are counted however they come in pieces', () => {
  const count = frameCounter()
  const bytes = Buffer.concat([LONG, PING, TEXT])
  const counts = [...bytes].map((byte) => count(Buffer.from([byte])))
  assert.equal(
    counts.reduce((sum, each) => sum + each, 0),
    2,
  )
  assert.equal(counts.at(-1), 1)
})

test('events with data are counted, comments are not', () => {
  const count = eventCounter()
  assert.equal(count(Buffer.from(': hello\n\ndata: 1\n\nevent: x\r\ndata: 2\r\n\r\nda')), 2)
  assert.equal(count(Buffer.from('ta: 3\n')), 0)
  assert.equal(count(Buffer.from('\n')), 1)
})
