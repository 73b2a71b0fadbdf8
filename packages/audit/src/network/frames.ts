/** Control frames of RFC 6455, 5.5, begin here: they keep a connection and tell nothing. */
const CONTROL = 8

/** Counts the frames with data in what a WebSocket's server sends, however it comes in pieces. */
export function frameCounter(): (bytes: Buffer) => number {
  let rest = Buffer.alloc(0)
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    let count = 0
    for (;;) {
      const end = endOfFrame(rest)
      if (end === null || end > rest.length) return count
      if (((rest[0] ?? 0) & 15) < CONTROL) count += 1
      rest = rest.subarray(end)
    }
  }
}

/** RFC 6455, 5.2. A server masks nothing. Null while its head has not all come. */
function endOfFrame(bytes: Buffer): number | null {
  if (bytes.length < 2) return null
  const short = (bytes[1] ?? 0) & 127
  if (short < 126) return 2 + short
  if (short === 126) return bytes.length < 4 ? null : 4 + bytes.readUInt16BE(2)
  return bytes.length < 10 ? null : 10 + Number(bytes.readBigUInt64BE(2))
}

/** Counts the events in a text/event-stream: comments alone, which keep a connection, are none. */
export function eventCounter(): (bytes: Buffer) => number {
  let rest = ''
  return (bytes) => {
    rest = (rest + bytes.toString('latin1')).replaceAll('\r\n', '\n')
    const events = rest.split('\n\n')
    rest = events.pop() ?? ''
    return events.filter((event) => /^data/m.test(event)).length
  }
}
