import { randomUUID } from 'node:crypto'
import type { StoreEvent, Subscription } from '../../store.ts'
import { type PostgresListener, statement } from './client.ts'
import { letters, type Query } from './statements.ts'

export interface ListeningOptions {
  /** A new client that is not connected. */
  connect(): PostgresListener
  /** Asks for the name of the channel. */
  readonly channel: Query
  /** Sends a ping around, through the connections that changes are made with. */
  ping(about: string): Promise<unknown>
  /** Milliseconds between two signs of life of the connection, and the most that one may take. Default 10000. */
  readonly heartbeat?: number
}

export interface Listening {
  subscribe(listener: (event: StoreEvent) => void): Subscription
  close(): Promise<void>
}

const longestPause = 1000
const patienceAtEnd = 1000

interface Connection {
  readonly client: PostgresListener
  /** Resolves when connecting is over, whether or not it succeeded. */
  settled: Promise<unknown>
}

interface Subscriber {
  readonly tag: string
  readonly tell: (event: StoreEvent) => void
}

/**
 * One connection of our own that hears what is announced, for all subscriptions of a store: opened for the first,
 * closed after the last, and opened again whenever it is lost. Keeps no process alive.
 */
export function createListening({ connect, channel, ping, heartbeat = 10_000 }: ListeningOptions): Listening {
  const subscribers = new Set<Subscriber>()
  let connection: Connection | null = null
  let isListening = false
  let isLost = false
  let failures = 0
  let beat: NodeJS.Timeout | undefined
  let pause: NodeJS.Timeout | undefined

  function tellAll(event: StoreEvent): void {
    for (const { tell } of [...subscribers]) tell(event)
  }

  async function open(): Promise<void> {
    let opened: Connection | null = null
    try {
      opened = { client: connect(), settled: Promise.resolve() }
      connection = opened
      await listenOn(opened)
    } catch {
      lose(opened)
    }
  }

  async function listenOn(opened: Connection): Promise<void> {
    const { client } = opened
    client.on('error', () => lose(opened))
    client.on('end', () => lose(opened))
    client.on('notification', ({ payload = '' }) => {
      if (connection === opened) hear(payload)
    })
    const answered = startBeat(opened)
    const connecting = client.connect()
    opened.settled = connecting.catch(() => undefined)
    await connecting
    keepNothingAlive(client)
    const { rows } = await client.query(statement(channel.text, channel.values))
    // A number behind a fixed word: nothing to quote.
    await client.query(statement(`LISTEN ${rows[0]?.[0]}`))
    if (connection !== opened) return
    answered()
    failures = 0
    isListening = true
    isLost = false
    tellAll({ type: 'listening' })
  }

  /** A connection can be open and dead: each beat, and the opening, must be answered before the next. */
  function startBeat(opened: Connection): () => void {
    let isAwaited = true
    const answered = () => {
      isAwaited = false
    }
    beat = setInterval(() => {
      if (isAwaited) return lose(opened)
      isAwaited = true
      opened.client.query(statement('SELECT 1')).then(answered, () => lose(opened))
    }, heartbeat).unref()
    return answered
  }

  function lose(lost: Connection | null): void {
    if (connection !== lost) return
    stop()
    if (lost) discard(lost)
    if (!isLost) {
      isLost = true
      tellAll({ type: 'lost' })
    }
    if (subscribers.size === 0) return
    pause = setTimeout(open, Math.min(longestPause, 50 * 2 ** failures++)).unref()
  }

  function stop(): Connection | null {
    const stopped = connection
    connection = null
    isListening = false
    clearInterval(beat)
    clearTimeout(pause)
    return stopped
  }

  function hear(payload: string): void {
    const about = payload.slice(1)
    if (payload[0] === letters.ended) tellAll({ type: 'ended', sid: about })
    if (payload[0] === letters.endedAll) tellAll({ type: 'ended', sid: null })
    if (payload[0] === letters.changed) tellAll({ type: 'changed', sid: about })
    if (payload[0] !== letters.ping) return
    for (const { tag, tell } of [...subscribers]) {
      if (about.startsWith(tag)) tell({ type: 'echo', id: about.slice(tag.length) })
    }
  }

  async function unsubscribe(subscriber: Subscriber): Promise<void> {
    if (!subscribers.delete(subscriber) || subscribers.size > 0) return
    isLost = false
    const stopped = stop()
    if (stopped) await endPolitely(stopped)
  }

  return {
    subscribe(listener) {
      const subscriber = { tag: `${randomUUID()} `, tell: listener }
      subscribers.add(subscriber)
      if (subscribers.size === 1) void open()
      else queueMicrotask(() => tellState(subscriber))
      return {
        async ping(id) {
          await ping(subscriber.tag + id)
        },
        close: () => unsubscribe(subscriber),
      }
    },
    async close() {
      await Promise.all([...subscribers].map(unsubscribe))
    },
  }

  /** What one that came later has missed. */
  function tellState(subscriber: Subscriber): void {
    if (!subscribers.has(subscriber)) return
    if (isListening) subscriber.tell({ type: 'listening' })
    else if (isLost) subscriber.tell({ type: 'lost' })
  }
}

interface Socket {
  unref?(): void
  destroy?(): void
}

/** None in pg-native, where it belongs to libpq. */
function socketOf(client: PostgresListener): Socket | undefined {
  return (client as { connection?: { stream?: Socket } }).connection?.stream
}

function keepNothingAlive(client: PostgresListener): void {
  socketOf(client)?.unref?.()
}

/** Without waiting for a server that may be gone. */
function discard(lost: Connection): void {
  void end(lost)
  socketOf(lost.client)?.destroy?.()
}

async function endPolitely(stopped: Connection): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, patienceAtEnd)
  await Promise.race([end(stopped), late.promise])
  clearTimeout(timer)
  socketOf(stopped.client)?.destroy?.()
}

/** Never rejects. A client of pg-native that is ended while it connects ends the process. */
async function end({ client, settled }: Connection): Promise<void> {
  if (!socketOf(client)) await settled
  await client.end().catch(() => undefined)
}
