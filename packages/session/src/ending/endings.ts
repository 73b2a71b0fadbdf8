import { callListener } from '../events/listener.ts'
import { isNoteSid } from '../record/note.ts'
import type { SessionStore, StoreEvent, Subscription } from '../store.ts'

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
  /** Hears of sessions that the store says have changed, by whomever. The returned function stops the listening. */
  listenToChanges(listener: (sid: string) => void): () => void
  close(): Promise<void>
}

/** @param warn hears of listeners that throw, which nothing else notices */
export function createEndings(store: SessionStore, warn: (message: string) => void): Endings {
  const listeners = new Set<EndedListener>()
  const changeListeners = new Set<(sid: string) => void>()
  let subscription: Subscription | null = null

  function ended(sid: string | null): void {
    for (const listener of [...listeners]) callListener('an onEnded listener', warn, () => listener(sid))
  }

  function heard(event: StoreEvent): void {
    if ('sid' in event && event.sid !== null && isNoteSid(event.sid)) return
    if (event.type === 'ended') ended(event.sid)
    if (event.type === 'changed') for (const listener of [...changeListeners]) listener(event.sid)
  }

  // Not before somebody listens: it takes a connection of its own.
  function subscribe(): void {
    subscription ??= store.subscribe?.(heard) ?? null
  }

  return {
    ended,
    listen(listener) {
      listeners.add(listener)
      subscribe()
      return () => listeners.delete(listener)
    },
    listenToChanges(listener) {
      changeListeners.add(listener)
      subscribe()
      return () => changeListeners.delete(listener)
    },
    async close() {
      listeners.clear()
      changeListeners.clear()
      await subscription?.close()
    },
  }
}
