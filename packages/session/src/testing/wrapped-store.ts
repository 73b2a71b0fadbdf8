import type { Guard, SessionStore } from '../store.ts'

type Operation = <T>(run: () => Promise<T> | T) => Promise<T>

/** The store with something around each of its operations. */
export function aroundStore(store: SessionStore, around: Operation): SessionStore {
  return {
    create: (record) => around(() => store.create(record)),
    read: (sid, options) => around(() => store.read(sid, options)),
    update: (sid, patch) => around(() => store.update(sid, patch)),
    delete: (sid, guard) => around(() => store.delete(sid, guard)),
    ...(store.confirmDeleted && {
      confirmDeleted: (sid: string, guard: Guard) => around(async () => store.confirmDeleted?.(sid, guard)),
    }),
    list: (userId) => around(() => store.list(userId)),
    deleteAll: () => around(() => store.deleteAll()),
  }
}

/** Counts the operations that reach the store. */
export function countingStore(store: SessionStore): SessionStore & { calls(): number } {
  let calls = 0
  const counted = aroundStore(store, async (run) => {
    calls++
    return run()
  })
  return { ...counted, calls: () => calls }
}

/** A store that can be made to fail, or never to answer. */
export function brokenStore(store: SessionStore): SessionStore & { fail(on: boolean): void; hang(): void } {
  let state: 'well' | 'failing' | 'hanging' = 'well'
  const breakable = aroundStore(store, async (run) => {
    if (state === 'failing') throw new Error('connection refused')
    if (state === 'hanging') await new Promise<never>(() => undefined)
    return run()
  })
  return {
    ...breakable,
    fail: (on) => {
      state = on ? 'failing' : 'well'
    },
    hang: () => {
      state = 'hanging'
    },
  }
}
