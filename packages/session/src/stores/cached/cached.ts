import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'
import type { Guard, SessionRecord, SessionStore } from '../../store.ts'
import { type Announcements, hearAnnouncements } from './announcements.ts'
import { createLag, type Lag } from './lag.ts'

export interface CachedOptions {
  /**
   * The oldest that a copy may be when it answers, so the longest that a session ended by another process can still
   * be let in. Announcements make it far shorter as a rule (`stats().lag`); this holds without them.
   */
  readonly maxStale: Duration
  /** Copies in memory; the one read longest ago makes room. Default 100000. */
  readonly maxEntries?: number
  /**
   * How often the way of the announcements is tried; when an answer is missing at the next try, the cache is
   * emptied and stays so until one comes. Default '1s'.
   */
  readonly heartbeat?: Duration
  /** Milliseconds since the epoch, for what the records say. Default Date.now; tests give their own. */
  readonly now?: () => number
  /** Milliseconds on a clock that never jumps, for the age of copies. Default performance.now. */
  readonly elapsed?: () => number
}

export interface CacheStats {
  /** Reads that a copy answered, and reads that went to the store. */
  readonly hits: number
  readonly misses: number
  /** Copies in memory now. */
  readonly entries: number
  /** Announcements that threw a copy away, and how often all had to go because announcements may have been missed. */
  readonly announced: number
  readonly lost: number
  /** How long announcements take to come round, over the last 1000 heartbeats; null before the first. */
  readonly lag: Lag | null
}

export interface CachedStore extends SessionStore {
  readonly maxStale: number
  stats(): CacheStats
}

const knownOptions = { maxStale: true, maxEntries: true, heartbeat: true, now: true, elapsed: true } as const

interface Copy {
  readonly record: SessionRecord
  readonly readAt: number
}

interface ReadUnderWay {
  /** The record changed since the read was sent, so that its answer may be old. */
  isOutdated: boolean
}

/**
 * A store whose reads are answered from this process's memory where a copy is at most `maxStale` old. What this
 * process writes is never read back old; what others write is told by the store's announcements (Redis, PostgreSQL)
 * and found out after `maxStale` where there are none (MySQL, SQLite). Missing sessions are never remembered.
 * @throws SessionError `config_invalid`
 */
export function cached(store: SessionStore, options: CachedOptions): CachedStore {
  refuseUnknown('cached', options, knownOptions)
  const maxStale = parseDuration(options.maxStale, 'maxStale')
  const heartbeat = parseDuration(options.heartbeat ?? '1s', 'heartbeat')
  const { maxEntries = 100_000, now = Date.now, elapsed = () => performance.now() } = options
  refuseInvalid(maxEntries)
  const copies = new Map<string, Copy>()
  const readsUnderWay = new Map<string, Set<ReadUnderWay>>()
  const lag = createLag()
  const count = { hits: 0, misses: 0, announced: 0, lost: 0 }
  const announcements: Announcements | null = store.subscribe
    ? hearAnnouncements(store, { heartbeat, elapsed, lag, forget, forgetAll })
    : null

  function forget(sid: string, isAnnounced = true): void {
    if (copies.delete(sid) && isAnnounced) count.announced++
    for (const read of readsUnderWay.get(sid) ?? []) read.isOutdated = true
  }

  function forgetAll(isLost: boolean): void {
    if (isLost) count.lost++
    copies.clear()
    for (const reads of readsUnderWay.values()) for (const read of reads) read.isOutdated = true
  }

  function keep(record: SessionRecord, readAt: number): void {
    copies.delete(record.sid)
    if (copies.size >= maxEntries) copies.delete(copies.keys().next().value ?? '')
    copies.set(record.sid, { record, readAt })
  }

  async function readThrough(sid: string): Promise<SessionRecord | null> {
    count.misses++
    const read: ReadUnderWay = { isOutdated: false }
    const reads = readsUnderWay.get(sid) ?? new Set()
    readsUnderWay.set(sid, reads.add(read))
    // The answer is as old as the question: the store may have read it right after it was asked.
    const readAt = elapsed()
    try {
      const record = await store.read(sid, { fresh: true })
      const mayKeep = !read.isOutdated && (announcements?.areHeard ?? true)
      if (record === null) copies.delete(sid)
      else if (mayKeep) keep(record, readAt)
      return record
    } finally {
      reads.delete(read)
      if (reads.size === 0) readsUnderWay.delete(sid)
    }
  }

  /** Runs a write. What was read before its end may not stay, nor what is still being read. */
  async function writing<T>(sid: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write()
    } finally {
      forget(sid, false)
    }
  }

  return {
    maxStale,
    stats: () => ({ ...count, entries: copies.size, lag: lag.summary() }),
    create: (record) => store.create(record),
    read(sid, { fresh = false } = {}) {
      const copy = fresh ? undefined : copies.get(sid)
      // Passing timeouts are announced by nobody. The copy may not know of a later use, so the store is asked.
      if (copy && elapsed() - copy.readAt < maxStale && now() < copy.record.expiresAt) {
        count.hits++
        return copy.record
      }
      return readThrough(sid)
    },
    update: (sid, patch) => writing(sid, () => store.update(sid, patch)),
    delete: (sid, guard) => writing(sid, () => store.delete(sid, guard)),
    ...(store.confirmDeleted && {
      confirmDeleted: (sid: string, guard: Guard) => store.confirmDeleted?.(sid, guard) ?? Promise.resolve(),
    }),
    list: (userId) => store.list(userId),
    async deleteAll() {
      try {
        return await store.deleteAll()
      } finally {
        forgetAll(false)
      }
    },
    ...(store.sweep && { sweep: (time: number) => store.sweep?.(time) ?? Promise.resolve(0) }),
    ...(announcements && { subscribe: announcements.subscribe }),
    async close() {
      copies.clear()
      await announcements?.close()
      await store.close?.()
    },
  }
}

function refuseInvalid(maxEntries: number): void {
  if (Number.isInteger(maxEntries) && maxEntries > 0) return
  throw new SessionError(
    'config_invalid',
    `maxEntries: ${maxEntries} is not a number of copies. Write 100000.`,
  )
}
