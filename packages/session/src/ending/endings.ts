import { callListener } from '../events/listener.ts'
import type { SessionStore, Subscription } from '../store.ts'

/** Hears of an ended session; null stands for all of them. */
export type EndedListener = (sid: string | null) => unknown

/**
 * Who wants to know that sessions ended. What this process ends is told at once; what others end, as soon as the
 * store announces it. An ending may be told twice, once by each way.
 */
export interface Endings {
  /** This process has just ended the session. */
  ended(sid: string | null): void
  /** The returned function stops the listening. */
  listen(listener: EndedListener): () => void
  close(): Promise<void>
}

/** @param warn hears of listeners that throw, which nothing else notices */
export function createEndings(store: SessionStore, warn: (message: string) => void): Endings {
  const listeners = new Set<EndedListener>()
  let subscription: Subscription | null = null

  function ended(sid: string | null): void {
    for (const listener of [...listeners]) callListener('an onEnded listener', warn, () => listener(sid))
  }

  return {
    ended,
    listen(listener) {
      listeners.add(listener)
      // Not before somebody listens: it takes a connection of its own.
      subscription ??= store.subscribe?.((event) => event.type === 'ended' && ended(event.sid)) ?? null
      return () => listeners.delete(listener)
    },
    async close() {
      listeners.clear()
      await subscription?.close()
    },
  }
}
