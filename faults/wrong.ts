import type { SessionRecord, SessionStore } from '../packages/session/src/store.ts'

/** Mistakes that real session stores make, planted to see that the harness finds each of them. */
export type WrongName = keyof typeof mistakes

export const wrongNames = (): WrongName[] => Object.keys(mistakes) as WrongName[]

export function plantMistake(name: WrongName | undefined, store: SessionStore): SessionStore {
  return name === undefined ? store : mistakes[name](store)
}

const mistakes = {
  /** A write stores the whole record again, as if it were still there. */
  recreates: (store: SessionStore): SessionStore => {
    const seen = new Map<string, SessionRecord>()
    return {
      ...store,
      async read(sid) {
        const record = await store.read(sid)
        if (record) seen.set(sid, record)
        return record
      },
      async update(sid, patch) {
        if (await store.update(sid, patch)) return true
        const record = seen.get(sid)
        // Where it is still there, a guard has not held: that is no mistake.
        if (!record || !patch.set || (await store.read(sid)) !== null) return false
        await store.create({ ...record, data: { ...record.data, ...patch.set } }).catch(() => undefined)
        return true
      },
    }
  },
  /** A logout is answered before the store has done it, and a failure is swallowed. */
  answersLogoutUnreached: (store: SessionStore): SessionStore => ({
    ...store,
    async delete(sid, guard) {
      store.delete(sid, guard).catch(() => undefined)
      return true
    },
  }),
  /** A store that cannot answer is taken for one that has no such session. */
  errorsAreVisitors: (store: SessionStore): SessionStore => ({
    ...store,
    async read(sid) {
      try {
        return await within(200, store.read(sid))
      } catch {
        return null
      }
    },
  }),
  /** A store that cannot answer is replaced by the last thing it said. */
  servesOldCopies: (store: SessionStore): SessionStore => {
    const copies = new Map<string, SessionRecord | null>()
    return {
      ...store,
      async read(sid) {
        try {
          const record = await within(20, store.read(sid))
          copies.set(sid, record)
          return record
        } catch (error) {
          const copy = copies.get(sid)
          if (copy === undefined) throw error
          return copy
        }
      },
    }
  },
  /** A cache that nobody empties. */
  cachesForLong: (store: SessionStore): SessionStore => {
    const copies = new Map<string, SessionRecord>()
    return {
      ...store,
      async read(sid) {
        const record = copies.get(sid) ?? (await store.read(sid))
        if (record) copies.set(sid, record)
        return record
      },
    }
  },
  /** Writes are gathered in memory and reach the store later, if at all. */
  writesLater: (store: SessionStore): SessionStore => ({
    ...store,
    async update(sid, patch) {
      if (patch.set === undefined) return store.update(sid, patch)
      return (await store.read(sid)) !== null
    },
  }),
  /** An operation is fired and forgotten. */
  rejectsUnheard: (store: SessionStore): SessionStore => ({
    ...store,
    async update(sid, patch) {
      within(1, new Promise<never>(() => undefined)).then(() => undefined)
      return store.update(sid, patch)
    },
  }),
  /** What was asked of a store that was down is done again and again, also what has long been overtaken. */
  restoresWhatItLost: (store: SessionStore): SessionStore => {
    const records = new Map<string, SessionRecord>()
    return {
      ...store,
      async create(record) {
        await store.create(record)
        records.set(record.sid, record)
      },
      async read(sid) {
        const record = await store.read(sid)
        const known = records.get(sid)
        if (record || !known) return record
        await store.create(known).catch(() => undefined)
        return known
      },
    }
  },
  /** The index by user misses what was just created. */
  listsTooLittle: (store: SessionStore): SessionStore => ({
    ...store,
    list: async (userId) => (await store.list(userId)).slice(1),
  }),
} satisfies Record<string, (store: SessionStore) => SessionStore>

async function within<T>(ms: number, answer: Promise<T> | T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), ms)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
