import type { SessionStore } from '../../store.ts'

type Listener = (sid: string | null) => void

// By the store, so that sessions and guards of one process find each other however they were put together.
const listenersOf = new WeakMap<SessionStore, Set<Listener>>()

/** Tells the guards of this process of an ending, null for all, whatever the store announces and when. */
export function tellHere(store: SessionStore, sid: string | null): void {
  for (const listener of listenersOf.get(store) ?? []) listener(sid)
}

/** The returned function stops the listening. */
export function hearHere(store: SessionStore, listener: Listener): () => void {
  const listeners = listenersOf.get(store) ?? new Set()
  listenersOf.set(store, listeners.add(listener))
  return () => listeners.delete(listener)
}
