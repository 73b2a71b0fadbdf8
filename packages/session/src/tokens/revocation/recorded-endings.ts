import { isSessionError } from '../../errors.ts'
import { isNoteSid } from '../../record/note.ts'
import type { Guard, SessionStore, StoreEvent } from '../../store.ts'
import { createEndedList, type ListOptions } from './ended-list.ts'
import { tellHere } from './told-here.ts'

/**
 * The store with each ending written to its list of ended sessions, which ends the tokens of the session: before the
 * record goes, so that an ending that is answered is in the list whatever comes between.
 * @param told the store as the application has it, by which guards of this process hear of endings
 */
export function withRecordedEndings(
  store: SessionStore,
  options: ListOptions,
  told: SessionStore = store,
): SessionStore {
  const list = createEndedList(store, options)
  const { subscribe, sweep, confirmDeleted, close } = store

  async function ended(sid: string): Promise<void> {
    tellHere(told, sid)
    await list.add(sid)
  }

  return {
    ...(store.maxStale !== undefined && { maxStale: store.maxStale }),
    create: (record) => store.create(record),
    read: (sid, asked) => store.read(sid, asked),
    update: (sid, patch) => store.update(sid, patch),
    list: (userId) => store.list(userId),
    async delete(sid, guard) {
      if (isNoteSid(sid)) return store.delete(sid, guard)
      // Under a condition only what has happened may be told: another secret may have kept the session alive.
      const isTold = guard === undefined && (await hasRoom(() => ended(sid)))
      const existed = await store.delete(sid, guard)
      if (!isTold && (existed || guard === undefined)) await ended(sid)
      return existed
    },
    async deleteAll() {
      // The list goes with the rest. Who looks meanwhile knows it by the first, all others by the second.
      await hasRoom(() => list.addAll())
      tellHere(told, null)
      const count = await store.deleteAll()
      await list.addAll()
      return count
    },
    ...(confirmDeleted && {
      confirmDeleted: (sid: string, guard: Guard) => confirmDeleted.call(store, sid, guard),
    }),
    ...(sweep && { sweep: (time: number) => sweep.call(store, time) }),
    ...(subscribe && {
      subscribe: (listener: (event: StoreEvent) => void) => subscribe.call(store, listener),
    }),
    ...(close && { close: () => close.call(store) }),
  }
}

/** False where a bounded store has no room for one more record; it has, once what is to end is gone. */
async function hasRoom(add: () => Promise<void>): Promise<boolean> {
  try {
    await add()
    return true
  } catch (error) {
    if (isSessionError(error) && error.code === 'store_full') return false
    throw error
  }
}
