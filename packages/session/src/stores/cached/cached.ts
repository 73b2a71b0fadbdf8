import { SessionError } from '../../errors.ts'
import { safeWarn } from '../../events/listener.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'
import type { Guard, SessionRecord, SessionStore } from '../../store.ts'
import { refuseInvalidBytes } from '../data/record-bytes.ts'
import { type Announcements, hearAnnouncements } from './announcements.ts'
import { createCopies, type Moment } from './copies.ts'
import { createLag, type Lag } from './lag.ts'

export type { Lag } from './lag.ts'

export interface CachedOptions {
  /**
   * The oldest that a copy may be when it answers, so the longest that a session ended by another process can still
   * be let in. Announcements make it far shorter as a rule (`stats().lag`); this holds without them.
   */
  readonly maxStale: Duration
  /** Copies in memory; the one read longest ago makes room. Default 100000. */
  readonly maxEntries?: number | undefined
  /**
   * About how many bytes they take together, counted as one for each character (text that is not of Latin letters takes
   * two in memory). Default 256 MiB.
   */
  readonly maxBytes?: number | undefined
  /**
   * How often the way of the announcements is tried; when an answer is missing at the next try, the cache is
   * emptied and stays so until one comes. Default '1s'.
   */
  readonly heartbeat?: Duration | undefined
  /** Milliseconds since the epoch, for what the records say and for the age of copies. Default Date.now. */
  readonly now?: (() => number) | undefined
  /**
   * Milliseconds on a clock that never jumps, for the age of copies too: the older of the two ages counts, since this
   * clock stands still while a machine is suspended. Default performance.now.
   */
  readonly elapsed?: (() => number) | undefined
  /** Is told when ten heartbeats have passed and none was ever heard. Default console.warn. */
  readonly warn?: ((message: string) => void) | undefined
}

export interface CacheStats {
  /** Reads that a copy answered, and reads that went to the store. */
  readonly hits: number
  readonly misses: number
  /** Reads that were answered by one already under way. */
  readonly joined: number
  /** Copies in memory now, and about how many bytes they take. */
  readonly entries: number
  readonly bytes: number
  /**
   * Whether announcements are heard now: while they are not, no copy is kept. Null where the store has none, so that
   * copies are kept for `maxStale`.
   */
  readonly heard: boolean | null
  /** Announcements that threw a copy away, and how often all had to go because announcements may have been missed. */
  readonly announced: number
  readonly lost: number
  /** How long announcements take to come round, over the last 1000 heartbeats; null before the first. */
  readonly lag: Lag | null
}

export interface CachedStore extends SessionStore {
  readonly maxStale: number
  /** What this cache has done since it was made, and holds now. */
  stats(): CacheStats
}

const knownOptions = {
  maxStale: true,
  maxEntries: true,
  maxBytes: true,
  heartbeat: true,
  now: true,
  elapsed: true,
  warn: true,
} as const

interface ReadUnderWay extends Moment {
  /** The record changed since the read was sent, so that its answer may be old. */
  isOutdated: boolean
  answer: Promise<SessionRecord | null>
}

/** Milliseconds. A store that takes longer, or whose answer never comes, is asked again. */
const joinedAtMost = 250

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
  const { maxEntries = 100_000, maxBytes = 256 * 1024 ** 2 } = options
  const { now = Date.now, elapsed = () => performance.now() } = options
  const warn = safeWarn(options.warn ?? console.warn)
  refuseInvalid({ maxEntries, maxBytes })
  const copies = createCopies(maxEntries, maxBytes)
  const readsUnderWay = new Map<string, Set<ReadUnderWay>>()
  const lag = createLag()
  const count = { hits: 0, misses: 0, joined: 0, announced: 0, lost: 0 }
  const announcements: Announcements | null = store.subscribe
    ? hearAnnouncements(store, { heartbeat, elapsed, lag, forget, forgetAll, warn })
    : null

  function forget(sid: string, isAnnounced = true): void {
    if (copies.forget(sid) && isAnnounced) count.announced++
    for (const read of readsUnderWay.get(sid) ?? []) read.isOutdated = true
  }

  function forgetAll(isLost: boolean): void {
    if (isLost) count.lost++
    copies.clear()
    for (const reads of readsUnderWay.values()) for (const read of reads) read.isOutdated = true
  }

  /** The longer of the two ages: one clock can be set back, the other stands still while a machine is suspended. */
  function age(since: Moment, time: number): number {
    return Math.max(elapsed() - since.elapsed, time - since.time)
  }

  /** One read serves all who ask meanwhile, but nobody who asks after this process has written. */
  function readOnce(sid: string): Promise<SessionRecord | null> {
    const time = now()
    for (const read of readsUnderWay.get(sid) ?? []) {
      if (read.isOutdated || age(read, time) >= Math.min(joinedAtMost, maxStale)) continue
      count.joined++
      // A read that fails is the failure of who made it: who has joined it asks for himself.
      return read.answer.catch(() => readThrough(sid))
    }
    return readThrough(sid)
  }

  function readThrough(sid: string): Promise<SessionRecord | null> {
    count.misses++
    // The answer is as old as the question: the store may have read it right after it was asked.
    const read: ReadUnderWay = { isOutdated: false, elapsed: elapsed(), time: now(), answer: unanswered }
    const reads = readsUnderWay.get(sid) ?? new Set()
    readsUnderWay.set(sid, reads.add(read))
    read.answer = answerOf(sid, read, reads)
    return read.answer
  }

  async function answerOf(
    sid: string,
    read: ReadUnderWay,
    reads: Set<ReadUnderWay>,
  ): Promise<SessionRecord | null> {
    try {
      const record = await store.read(sid, { fresh: true })
      const mayKeep = !read.isOutdated && (announcements?.areHeard ?? true)
      if (record === null) copies.forget(sid)
      else if (mayKeep) copies.keep(record, read)
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
    stats: () => ({
      ...count,
      entries: copies.size,
      bytes: copies.bytes,
      heard: announcements?.areHeard ?? null,
      lag: lag.summary(),
    }),
    create: (record) => writing(record.sid, () => store.create(record)),
    read(sid, { fresh = false } = {}) {
      if (fresh) return readThrough(sid)
      const copy = copies.get(sid)
      const time = copy ? now() : 0
      // Passing timeouts are announced by nobody. The copy may not know of a later use, so the store is asked.
      if (copy && age(copy, time) < maxStale && time < copy.record.expiresAt) {
        count.hits++
        return copy.record
      }
      return readOnce(sid)
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

const unanswered = Promise.resolve(null)

function refuseInvalid({ maxEntries, maxBytes }: { maxEntries: number; maxBytes: number }): void {
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new SessionError(
      'config_invalid',
      `maxEntries: ${maxEntries} is not a number of copies. Write 100000.`,
    )
  }
  refuseInvalidBytes(maxBytes)
}
