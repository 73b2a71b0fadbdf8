import assert from 'node:assert/strict'
import test from 'node:test'
import { progressLine } from './progress.ts'

const event = { step: 'fixation', state: 'done', detail: 'ok\u001b[2J\n', requests: 12, logins: 2 } as const

function stream(isTTY: boolean, columns = 80) {
  const written: string[] = []
  return { isTTY, columns, written, write: (text: string) => written.push(text) }
}

test('on a terminal one line is rewritten and taken away again', () => {
  const terminal = stream(true)
  const line = progressLine(terminal, false)
  line.onProgress(event)
  line.clear()
  assert.deepEqual(terminal.written, [
    '\r\u001b[2K12 requests, 2 logins · fixation done: ok\\x1b[2J\\x0a',
    '\r\u001b[2K',
  ])
})

test('a long audit says how long it will still take, a short one does not', () => {
  const shown = (secondsLeft: number) => {
    const terminal = stream(true)
    progressLine(terminal, false).onProgress({ ...event, detail: '', secondsLeft })
    return terminal.written[0]?.replace('\r\u001b[2K', '')
  }
  assert.equal(shown(90), '12 requests, 2 logins, about 90 s left · fixation')
  assert.equal(shown(150), '12 requests, 2 logins, about 3 min left · fixation')
  assert.equal(shown(4), '12 requests, 2 logins · fixation')
})

test('it never wraps, which would leave lines behind', () => {
  const terminal = stream(true, 30)
  progressLine(terminal, false).onProgress({ ...event, detail: 'x'.repeat(500) })
  assert.equal(terminal.written[0]?.replace('\r\u001b[2K', '').length, 29)
})

test('nothing is written when the stream is no terminal, or when quiet was asked', () => {
  for (const [terminal, quiet] of [
    [stream(false), false],
    [stream(true), true],
  ] as const) {
    const line = progressLine(terminal, quiet)
    line.onProgress(event)
    line.clear()
    assert.deepEqual(terminal.written, [])
  }
})
