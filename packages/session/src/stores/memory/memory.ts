import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { isAnnounced } from '../../record/announced.ts'
import { merged } from '../../record/merged.ts'
import type { Guard, SessionRecord, SessionStore, StoreEvent } from '../../store.ts'
import { recordBytes, refuseInvalidBytes } from '../data/record-bytes.ts'

export interface MemoryStoreOptions {
  /**
   * Sessions in all. New visitors' sessions are refused (`store_full`) at nine tenths of it, so that a flood of
   * visitors leaves room for sign-ins; those are refused at the full number. Nobody is ever evicted. Default 100000.
   */
  readonly maxSessions?: number | undefined
  /**
   * About how many bytes all sessions take together, counted as one for each character of their data (text that is not of
   * Latin letters takes two in memory) and 900 for each session. What would go beyond it is refused in the same way: new
   * sessions, and larger data of those there are; their use, smaller data and sign-outs go on. Default 256 MiB.
   */
  readonly maxBytes?: number | undefined
}

const visitorShare = 0.9
const sweepAtMostEvery = 1000

/** Records in this process's memory: for tests, development, and a single process that may forget its sessions. */
export function memoryStore(options: MemoryStoreOptions = {}): SessionStore {
  refuseUnknown('memoryStore', options, { maxSessions: true, maxBytes: true })
  const { maxSessions = 100_000, maxBytes = 256 * 1024 ** 2 } = options
  if (!Number.isInteger(maxSessions) || maxSessions < 1) {
    throw new SessionError(
      'config_invalid',
      `maxSessions: ${maxSessions} is not a number of sessions. Write 100000.`,
    )
  }
  refuseInvalidBytes(maxBytes)
  const records = new Map<string, SessionRecord>()
  let bytes = 0
  const sidsByUser = new Map<string, Set<string>>()
  const listeners = new Set<(event: StoreEvent) => void>()
  let sweptAt = Number.NEGATIVE_INFINITY

  function put(record: SessionRecord, before?: SessionRecord): void {
    records.set(record.sid, Object.freeze(record))
    bytes += growth(record, before)
    if (before?.userId === record.userId) return
    unindex(before)
    if (record.userId === null) return
    const sids = sidsByUser.get(record.userId) ?? new Set()
    sidsByUser.set(record.userId, sids.add(record.sid))
  }

  function remove(record: SessionRecord): void {
    unindex(record)
    records.delete(record.sid)
    bytes -= recordBytes(record)
  }

  function unindex(record?: SessionRecord): void {
    if (!record || record.userId === null) return
    const sids = sidsByUser.get(record.userId)
    sids?.delete(record.sid)
    if (sids?.size === 0) sidsByUser.delete(record.userId)
  }

  function announce(event: StoreEvent): void {
    for (const listener of [...listeners]) listener(event)
  }

  function sweepNow(now: number): number {
    let removed = 0
    for (const record of records.values()) {
      if (record.expiresAt > now) continue
      remove(record)
      removed++
    }
    return removed
  }

  /** @param before the record that is replaced */
  function makeRoom(record: SessionRecord, before?: SessionRecord): void {
    const share = record.userId === null ? visitorShare : 1
    const grown = growth(record, before)
    const full = () => {
      if (!before && records.size >= Math.ceil(maxSessions * share)) return `maxSessions is ${maxSessions}`
      return grown > 0 && bytes + grown > maxBytes * share ? `maxBytes is ${maxBytes}` : null
    }
    if (full() === null) return
    // A full store looks for ended records itself, but not for every request of a flood.
    const time = Math.max(record.createdAt, record.lastSeenAt)
    if (time - sweptAt >= sweepAtMostEvery) {
      sweptAt = time
      sweepNow(time)
    }
    const bound = full()
    if (bound === null) return
    throw new SessionError(
      'store_full',
      `No room for another session or more of its data: ${bound}. Raise it.`,
    )
  }

  return {
    async create(record) {
      if (records.has(record.sid)) throw new SessionError('sid_taken', 'A session with this sid exists.')
      makeRoom(record)
      put({ ...record, data: Object.freeze({ ...record.data }) })
    },
    read(sid) {
      return records.get(sid) ?? null
    },
    async update(sid, patch) {
      const { fields, guard } = patch
      const record = records.get(sid)
      if (!record || !holds(record, guard)) return false
      const data = Object.freeze(merged(record.data, patch))
      const changed = { ...record, ...fields, data, rev: record.rev + 1 }
      makeRoom(changed, record)
      // Its own time may have been up.
      if (!records.has(sid)) return false
      put(changed, record)
      if (isAnnounced(patch)) announce({ type: 'changed', sid })
      return true
    },
    async delete(sid, guard) {
      const record = records.get(sid)
      if (!record || !holds(record, guard)) return false
      remove(record)
      announce({ type: 'ended', sid })
      return true
    },
    async list(userId) {
      return [...(sidsByUser.get(userId) ?? [])].flatMap((sid) => records.get(sid) ?? [])
    },
    async deleteAll() {
      const count = records.size
      records.clear()
      bytes = 0
      sidsByUser.clear()
      announce({ type: 'ended', sid: null })
      return count
    },
    async sweep(now) {
      return sweepNow(now)
    },
    subscribe(listener) {
      listeners.add(listener)
      listener({ type: 'listening' })
      return {
        ping: async (id) => listener({ type: 'echo', id }),
        close: async () => void listeners.delete(listener),
      }
    },
  }
}

function growth(record: SessionRecord, before: SessionRecord | undefined): number {
  return recordBytes(record) - (before ? recordBytes(before) : 0)
}

function holds(record: SessionRecord, guard: Guard | undefined): boolean {
  if (guard?.secretHash !== undefined && guard.secretHash !== record.secretHash) return false
  return guard?.rev === undefined || guard.rev === record.rev
}
