import { randomUUID } from 'node:crypto'
import { every } from '../../deadline/timer.ts'
import type { SessionStore, StoreEvent, Subscription } from '../../store.ts'

export interface Announcements {
  /** True while every change reaches this process; false from the first doubt on. */
  readonly areHeard: boolean
  /** Passes the events on, so that one connection serves the cache and everybody above it. */
  subscribe(listener: (event: StoreEvent) => void): Subscription
  close(): Promise<void>
}

interface Hooks {
  readonly heartbeat: number
  readonly elapsed: () => number
  readonly lag: { add(ms: number): void }
  forget(sid: string): void
  /** @param isLost true when announcements may have been missed */
  forgetAll(isLost: boolean): void
  warn(message: string): void
}

interface Beat {
  readonly id: string
  readonly sentAt: number
}

/** So many heartbeats may pass at the beginning without an echo; then somebody is told, once. */
const patience = 10

/**
 * Hears what a store announces and doubts it: a connection can be open and dead, so a ping goes round at every
 * heartbeat, and until one has come back nothing is held to be heard.
 */
export function hearAnnouncements(store: SessionStore, hooks: Hooks): Announcements {
  const { heartbeat, elapsed, lag, forget, forgetAll, warn } = hooks
  const listeners = new Set<(event: StoreEvent) => void>()
  let isListening = false
  let areHeard = false
  let beat: Beat | null = null
  /** Heartbeats through a connection that is said to hear; null once an echo has come. */
  let silence: number | null = 0

  function hear(event: StoreEvent): void {
    if (event.type === 'changed') forget(event.sid)
    if (event.type === 'ended') event.sid === null ? forgetAll(false) : forget(event.sid)
    if (event.type === 'echo') hearEcho(event.id)
    if (event.type === 'lost' || event.type === 'listening') {
      isListening = event.type === 'listening'
      isListening ? sendBeat() : doubt()
    }
    for (const listener of [...listeners]) listener(event)
  }

  function hearEcho(id: string): void {
    if (beat?.id !== id) return
    lag.add(elapsed() - beat.sentAt)
    beat = null
    areHeard = true
    silence = null
  }

  function doubt(): void {
    beat = null
    if (!areHeard) return
    areHeard = false
    forgetAll(true)
  }

  function sendBeat(): void {
    if (beat) doubt()
    if (!isListening) return
    beat = { id: randomUUID(), sentAt: elapsed() }
    // One that cannot be sent never comes back, which the next beat finds.
    subscription.ping(beat.id).catch(() => undefined)
  }

  const timer = every(heartbeat, () => {
    // That none is ever heard comes of the set-up, and nothing else shows it: all reads just go to the store.
    if (isListening && silence !== null && ++silence === patience) warn(unheard(heartbeat))
    sendBeat()
  })
  // A store in this process may tell something before `subscribe` has returned.
  const early: StoreEvent[] = []
  let hearNow = (event: StoreEvent): void => void early.push(event)
  const subscription: Subscription = store.subscribe?.((event) => hearNow(event)) ?? silent
  hearNow = hear
  for (const event of early) hear(event)

  return {
    get areHeard() {
      return areHeard
    },
    subscribe(listener) {
      listeners.add(listener)
      if (isListening) listener({ type: 'listening' })
      return {
        async ping(id) {
          if (!areHeard) throw new Error('announcements are not heard now')
          listener({ type: 'echo', id })
        },
        close: async () => void listeners.delete(listener),
      }
    },
    async close() {
      timer.stop()
      listeners.clear()
      doubt()
      await subscription.close()
    },
  }
}

function unheard(heartbeat: number): string {
  return (
    `latchkey: the near cache keeps no copies: in ${(patience * heartbeat) / 1000} s, nothing that it announced came back to it. ` +
    'A pooler (PgBouncer in transaction mode) passes no announcements on: give postgresStore a `listen` that connects ' +
    'straight to the server.'
  )
}

const silent: Subscription = { ping: async () => undefined, close: async () => undefined }
