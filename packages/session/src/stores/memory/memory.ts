import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { isAnnounced } from '../../record/announced.ts'
import { merged } from '../../record/merged.ts'
import type { Guard, SessionPatch, SessionStore, StoreEvent } from '../../store.ts'
import { dataText } from '../data/lazy-data.ts'
import { recordBytes, refuseInvalidBytes } from '../data/record-bytes.ts'
import type { Fields } from '../packed/page.ts'
import { PackedRecords } from '../packed/records.ts'
import { createUsers } from './users.ts'

export interface MemoryStoreOptions {
  /**
   * Sessions in all. New visitors' sessions are refused (`store_full`) at nine tenths of it, so that a flood of
   * visitors leaves room for sign-ins; those are refused at the full number. Nobody is ever evicted. Default 100000.
   */
  readonly maxSessions?: number | undefined
  /**
   * About how many bytes all sessions take together, counted as one for each character of their data (text that is not of
   * Latin letters takes two in memory) and 400 for each session. What would go beyond it is refused in the same way: new
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
  const records = new PackedRecords()
  const users = createUsers(records)
  const listeners = new Set<(event: StoreEvent) => void>()
  let sweptAt = Number.NEGATIVE_INFINITY

  function remove(slot: number): void {
    users.leave(slot)
    records.remove(slot)
  }

  /** The record's data after a patch. Where that names none of it, nothing is parsed. */
  function patched(slot: number, patch: SessionPatch): string {
    if (!patch.set && !patch.unset) return records.data(slot)
    return JSON.stringify(merged(records.record(slot).data, patch))
  }

  function announce(event: StoreEvent): void {
    for (const listener of [...listeners]) listener(event)
  }

  function sweepNow(now: number): number {
    const before = records.size
    for (const slot of records.slots()) if (records.expiresAt(slot) <= now) remove(slot)
    return before - records.size
  }

  /** @param slot of the record that is replaced; 0 for a new one */
  function makeRoom({ userId, createdAt, lastSeenAt }: Fields, data: string, slot: number): void {
    const share = userId === null ? visitorShare : 1
    const grown = recordBytes(userId, data) - (slot === 0 ? 0 : records.bytesOf(slot))
    const full = () => {
      if (slot === 0 && records.size >= Math.ceil(maxSessions * share)) return `maxSessions is ${maxSessions}`
      return grown > 0 && records.bytes + grown > maxBytes * share ? `maxBytes is ${maxBytes}` : null
    }
    if (full() === null) return
    // A full store looks for ended records itself, but not for every request of a flood.
    const time = Math.max(createdAt, lastSeenAt)
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
      if (records.find(record.sid) !== 0)
        throw new SessionError('sid_taken', 'A session with this sid exists.')
      const data = dataText(record)
      makeRoom(record, data, 0)
      users.enter(records.add(record, data))
    },
    read(sid) {
      const slot = records.find(sid)
      return slot === 0 ? null : records.record(slot)
    },
    async update(sid, patch) {
      const slot = records.find(sid)
      if (slot === 0) return false
      const fields = records.fields(slot)
      if (!holds(fields, patch.guard)) return false
      const changed = { ...fields, ...patch.fields, rev: fields.rev + 1 }
      const data = patched(slot, patch)
      makeRoom(changed, data, slot)
      // Its own time may have been up.
      if (records.find(sid) === 0) return false
      if (changed.userId !== fields.userId) users.leave(slot)
      records.replace(slot, changed, data)
      if (changed.userId !== fields.userId) users.enter(slot)
      if (isAnnounced(patch)) announce({ type: 'changed', sid })
      return true
    },
    async delete(sid, guard) {
      const slot = records.find(sid)
      if (slot === 0 || !holds(records.fields(slot), guard)) return false
      remove(slot)
      announce({ type: 'ended', sid })
      return true
    },
    async list(userId) {
      return Array.from(users.of(userId), (slot) => records.record(slot))
    },
    async deleteAll() {
      const count = records.size
      records.clear()
      users.clear()
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

function holds(record: Fields, guard: Guard | undefined): boolean {
  if (guard?.secretHash !== undefined && guard.secretHash !== record.secretHash) return false
  return guard?.rev === undefined || guard.rev === record.rev
}
