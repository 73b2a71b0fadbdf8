import type { SessionStore, StoreEvent } from '../../store.ts'
import { memoryStore } from '../memory/memory.ts'

/** One process's way to hear: events wait in it until the test lets them through, or are lost with it. */
export interface Channel {
  readonly store: SessionStore
  /** Lets the next `count` events through, in order. */
  deliver(count?: number): void
  /** Breaks: what waits is gone, and so is what comes until it is mended. */
  cut(): void
  mend(): void
  /** Makes answers wait (what is read is taken at once) until the returned function lets them arrive. */
  holdReads(): () => void
  /** Makes writes wait before they reach the backend, until the returned function lets them. */
  holdWrites(): () => void
  /** Swallows everything and tells nothing, as a connection does whose other end is gone. */
  deafen(): void
}

/** Processes on one backend, each with a channel of its own that the test controls. */
export function announcingBackend(processes: number): { backend: SessionStore; channels: Channel[] } {
  const backend = memoryStore()
  return { backend, channels: Array.from({ length: processes }, () => channelOn(backend)) }
}

function channelOn(backend: SessionStore): Channel {
  const waiting: StoreEvent[] = []
  let tell: (event: StoreEvent) => void = () => undefined
  let state: 'open' | 'cut' | 'deaf' = 'open'
  let readsArrive: Promise<void> = Promise.resolve()
  let writesLeave: Promise<void> = Promise.resolve()
  const take = (event: StoreEvent) => void (state === 'open' && waiting.push(event))
  return {
    store: {
      ...backend,
      async read(sid) {
        const record = await backend.read(sid)
        await readsArrive
        return record
      },
      async update(sid, patch) {
        await writesLeave
        return backend.update(sid, patch)
      },
      subscribe(listener) {
        tell = listener
        const { close } = backend.subscribe?.(take) ?? { close: async () => undefined }
        return { ping: async (id) => take({ type: 'echo', id }), close }
      },
    },
    deliver(count = waiting.length) {
      for (const event of waiting.splice(0, count)) tell(event)
    },
    cut() {
      waiting.length = 0
      if (state === 'cut') return
      state = 'cut'
      tell({ type: 'lost' })
    },
    mend() {
      if (state === 'open') return
      state = 'open'
      take({ type: 'listening' })
    },
    holdReads() {
      const { promise, resolve } = Promise.withResolvers<void>()
      readsArrive = promise
      return resolve
    },
    holdWrites() {
      const { promise, resolve } = Promise.withResolvers<void>()
      writesLeave = promise
      return resolve
    },
    deafen() {
      waiting.length = 0
      if (state === 'open') state = 'deaf'
    },
  }
}
