import type { SessionStore } from '../../packages/session/src/store.ts'

/** A store, and how to give it back. */
export interface OpenedStore {
  readonly store: SessionStore
  /** Gives back the client's connections. */
  close(): Promise<void>
}
