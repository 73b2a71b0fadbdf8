import type { Guard, SessionPatch, SessionRecord, SessionStore } from 'latchkey'

/**
 * What the memory store was until decisions/0026: frozen objects, and a Set of sids for each user. So is it compared with
 * what it is now in one run.
 */
export function mapOfObjects(): SessionStore {
  const sids = new Map<string, Set<string>>()
  return mapStore<SessionRecord>({
    pack: (record) => Object.freeze({ ...record, data: Object.freeze({ ...record.data }) }),
    unpack: (record) => record,
    enter({ sid, userId }) {
      if (userId !== null) sids.set(userId, (sids.get(userId) ?? new Set()).add(sid))
    },
    leave({ sid, userId }) {
      if (userId === null) return
      sids.get(userId)?.delete(sid)
      if (sids.get(userId)?.size === 0) sids.delete(userId)
    },
  })
}

/** The least that keeps whole records: each is one JSON text, and no user has an index. */
export function mapOfJson(): SessionStore {
  return mapStore<string>({
    pack: (record) => JSON.stringify(record),
    unpack: (json) => JSON.parse(json),
    enter: () => undefined,
    leave: () => undefined,
  })
}

interface Form<Packed> {
  pack(record: SessionRecord): Packed
  unpack(packed: Packed): SessionRecord
  enter(record: SessionRecord): void
  leave(record: SessionRecord): void
}

function mapStore<Packed>({ pack, unpack, enter, leave }: Form<Packed>): SessionStore {
  const records = new Map<string, Packed>()
  const read = (sid: string) => {
    const packed = records.get(sid)
    return packed === undefined ? null : unpack(packed)
  }
  return {
    async create(record) {
      records.set(record.sid, pack(record))
      enter(record)
    },
    read,
    async update(sid, patch) {
      const record = read(sid)
      if (!record || !holds(record, patch.guard)) return false
      leave(record)
      const changed = patched(record, patch)
      records.set(sid, pack(changed))
      enter(changed)
      return true
    },
    async delete(sid, guard) {
      const record = read(sid)
      if (!record || !holds(record, guard)) return false
      leave(record)
      return records.delete(sid)
    },
    async list(userId) {
      return [...records.values()].map(unpack).filter((record) => record.userId === userId)
    },
    async deleteAll() {
      const all = [...records.values()].map(unpack)
      for (const record of all) leave(record)
      records.clear()
      return all.length
    },
  }
}

function patched(record: SessionRecord, { fields, set, unset = [] }: SessionPatch): SessionRecord {
  const left = Object.entries(record.data).filter(([key]) => !unset.includes(key))
  return { ...record, ...fields, data: { ...Object.fromEntries(left), ...set }, rev: record.rev + 1 }
}

function holds(record: SessionRecord, guard: Guard | undefined): boolean {
  if (guard?.secretHash !== undefined && guard.secretHash !== record.secretHash) return false
  return guard?.rev === undefined || guard.rev === record.rev
}
