import type { Message } from './stream-kind.ts'

/** Control frames of RFC 6455, 5.5, begin here: they keep a connection and tell nothing. */
const CONTROL = 8

/** The frames with data in what a WebSocket's server sends, however it comes in pieces. */
export function frameReader(): (bytes: Buffer) => Message[] {
  let rest = Buffer.alloc(0)
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    const found: Message[] = []
    for (;;) {
      const frame = frameIn(rest)
      if (frame === null || frame.end > rest.length) return found
      if (((rest[0] ?? 0) & 15) < CONTROL) {
        found.push({ event: '', text: rest.toString('utf8', frame.start, frame.end) })
      }
      rest = rest.subarray(frame.end)
    }
  }
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
