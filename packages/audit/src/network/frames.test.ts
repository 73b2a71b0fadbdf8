import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventReader, frameReader } from './frames.ts'

const TEXT = Buffer.from([0x81, 2, 0x68, 0x69])
const PING = Buffer.from([0x89, 0])
const LONG = Buffer.concat([Buffer.from([0x82, 126, 1, 0]), Buffer.alloc(256, 0x81)])
const HUGE = Buffer.concat([Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]), Buffer.alloc(65536)])

test('frames with data are read, pings are not', () => {
  assert.equal(frameReader()(Buffer.concat([TEXT, PING, LONG, HUGE, TEXT])).length, 4)
})

test('frames are read however they come in pieces', () => {
  const read = frameReader()
  const bytes = Buffer.concat([LONG, PING, TEXT])
  const counts = [...bytes].map((byte) => read(Buffer.from([byte])).length)
  assert.equal(
    counts.reduce((sum, each) => sum + each, 0),
    2,
  )
  assert.equal(counts.at(-1), 1)
})

test('a message in several frames is one, also with a ping in its middle', () => {
  const begins = Buffer.from([0x01, 2, 0x68, 0x69])
  const goesOn = Buffer.from([0x00, 1, 0x21])
  const ends = Buffer.from([0x80, 1, 0x3f])
  const read = frameReader()
  assert.deepEqual(read(Buffer.concat([begins, PING, goesOn])), [])
  assert.deepEqual(read(Buffer.concat([ends, TEXT])), [
    { event: '', text: 'hi!?' },
    { event: '', text: 'hi' },
  ])
})

test('events with data are read, comments are not', () => {
  const read = eventReader()
  assert.deepEqual(read(Buffer.from(': hello\n\ndata: 1\n\nevent: x\r\ndata: 2\r\n\r\nda')), [
    { event: '', text: '1' },
    { event: 'x', text: '2' },
  ])
  assert.deepEqual(read(Buffer.from('ta: 3\n')), [])
  assert.deepEqual(read(Buffer.from('data\n\n')), [{ event: '', text: '3\n' }])
})
