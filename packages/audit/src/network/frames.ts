import { randomBytes } from 'node:crypto'
import type { Message } from './stream-kind.ts'

/** Control frames of RFC 6455, 5.5, begin here: they keep a connection and tell nothing. */
const CLOSE = 8
const PING = 9
const PONG = 10

/**
 * The messages with data in what a WebSocket's server sends, however they come in pieces and frames.
 * @param answer takes what a client has to send for them: to pings, or the server ends it, and to the server's goodbye
 */
export function frameReader(answer: (frame: Buffer) => void = () => {}): (bytes: Buffer) => Message[] {
  let rest = Buffer.alloc(0)
  let parts: Buffer[] = []
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    const found: Message[] = []
    for (;;) {
      const frame = frameIn(rest)
      if (frame === null || frame.end > rest.length) return found
      const [first = 0] = rest
      const [isLast, kind] = [first >= 128, first & 15]
      const payload = rest.subarray(frame.start, frame.end)
      if (kind === PING || kind === CLOSE) answer(clientFrame(kind === PING ? PONG : CLOSE, payload))
      if (kind < CLOSE) parts.push(payload)
      if (kind < CLOSE && isLast) {
        found.push({ event: '', text: Buffer.concat(parts).toString() })
        parts = []
      }
      rest = rest.subarray(frame.end)
    }
  }
}

/** A control frame as a client writes it, which masks all (RFC 6455, 5.3) and no more than 125 bytes. */
function clientFrame(kind: number, payload: Buffer): Buffer {
  const mask = randomBytes(4)
  const masked = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))
  return Buffer.concat([Buffer.from([0x80 | kind, 0x80 | payload.length]), mask, masked])
}

/** RFC 6455, 5.2. A server masks nothing. Null while its head has not all come. */
function frameIn(bytes: Buffer): { start: number; end: number } | null {
  if (bytes.length < 2) return null
  const short = (bytes[1] ?? 0) & 127
  if (short < 126) return { start: 2, end: 2 + short }
  if (short === 126) return bytes.length < 4 ? null : { start: 4, end: 4 + bytes.readUInt16BE(2) }
  return bytes.length < 10 ? null : { start: 10, end: 10 + Number(bytes.readBigUInt64BE(2)) }
}

/** The events in a text/event-stream: comments alone, which keep a connection, are none. */
export function eventReader(): (bytes: Buffer) => Message[] {
  let rest = ''
  return (bytes) => {
    rest = (rest + bytes.toString('latin1')).replaceAll('\r\n', '\n')
    const events = rest.split('\n\n')
    rest = events.pop() ?? ''
    return events
      .filter((event) => /^data/m.test(event))
      .map((event) => ({
        event: [...event.matchAll(/^event: ?(.*)$/gm)].at(-1)?.[1] ?? '',
        text: [...event.matchAll(/^data(?:: ?(.*))?$/gm)].map(([, line = '']) => line).join('\n'),
      }))
  }
}
