import { randomBytes } from 'node:crypto'
import type { Jar } from './cookies/jar.ts'
import { eventReader, frameReader } from './frames.ts'
import { type Held, hold } from './held.ts'
import type { Http } from './http.ts'
import { kindOf } from './stream-kind.ts'
import type { Tap } from './wire/read-stream.ts'

/** A stream that a page's script opens. A WebSocket's address is written with http here. */
export interface StreamAddress {
  readonly kind: 'events' | 'websocket'
  readonly url: URL
}

/** A stream that is open, or was refused. */
export interface OpenStream extends Pick<Held, 'finish'> {
  /** The kind of each piece of data that came so far; what only keeps the connection is none. */
  kinds(): readonly string[]
  /** Whether the site ended it. */
  isOver(): boolean
  /** Is done with the next piece of data, or with the stream's end. */
  next(): Promise<void>
}

/** Opens a stream as a browser's script does. Nothing is sent in it but what a browser answers by itself. */
export function openStream(http: Http, { kind, url }: StreamAddress, jar: Jar, from: URL): OpenStream {
  let toAnswer: Buffer[] = []
  const read = kind === 'events' ? eventReader() : frameReader((frame) => toAnswer.push(frame))
  const kinds: string[] = []
  let isOver = false
  let wake = Promise.withResolvers<void>()
  const tap: Tap = (bytes, answer) => {
    const more = read(bytes).flatMap((message) => kindOf(message) ?? [])
    for (const frame of toAnswer) answer(frame)
    toAnswer = []
    kinds.push(...more)
    if (more.length === 0) return
    wake.resolve()
    wake = Promise.withResolvers()
  }
  const headers = kind === 'events' ? EVENTS : handshake(from)
  const held = hold(http, { url, jar, from, phase: 'logout', script: true, headers, tap })
  void held.done.then(() => {
    isOver = true
  })
  return {
    finish: held.finish,
    kinds: () => kinds,
    isOver: () => isOver,
    next: () => Promise.race([wake.promise, held.done]),
  }
}

const EVENTS = { accept: 'text/event-stream', 'cache-control': 'no-cache' }

/** RFC 6455, 4.1, as browsers send it. */
function handshake(from: URL): Record<string, string> {
  return {
    ...{ connection: 'Upgrade', upgrade: 'websocket', origin: from.origin },
    ...{ 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64') },
  }
}
