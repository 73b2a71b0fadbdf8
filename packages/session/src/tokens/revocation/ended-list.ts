import { notePrefix, putNote } from '../../record/note.ts'
import type { SessionStore } from '../../store.ts'
import { mostSkew } from '../keys/rotation.ts'

/**
 * Which sessions have ended of late, as records of the same store beside those of the sessions: one for each ten seconds,
 * whose keys are the sids. So every store has the list, adding to it is the one atomic merge that all stores have, and
 * sweeping forgets it. Its sids have a character that no session's sid has, so that no cookie opens such a record.
 */
export const slotMilliseconds = 10_000

/**
 * Milliseconds that the clocks of issuers and verifiers may be apart for the list to be whole. Less than what sessions
 * allow: `exp` is judged by these clocks too.
 */
export const clockTolerance = 30_000

/**
 * Milliseconds after the end of all sessions in which nobody is let in by a new token either: an issuer's clock may be so
 * far ahead. Shorter than the rest of the tolerance, since the users of all new sessions wait for it.
 */
export const revokeAllTolerance = 5_000

/** Stands for every session, with the time of the ending in milliseconds since the epoch as its value. */
const everySession = '*'

export interface EndedEntries {
  readonly sids: readonly string[]
  /** When every session was ended, in milliseconds since the epoch; null: it was not. */
  readonly allAt: number | null
}

export function slotOf(time: number): number {
  return Math.floor(time / slotMilliseconds)
}

/** Milliseconds since the epoch after which no guard lets in a token that the slot's entries concern. */
export function slotEnd(slot: number, lifetime: number): number {
  return (slot + 1) * slotMilliseconds + lifetime + clockTolerance + mostSkew * 1000
}

const sidOf = (slot: number) => `${notePrefix}ended:${slot}`

export async function readSlot(store: SessionStore, slot: number): Promise<EndedEntries> {
  const record = await store.read(sidOf(slot), { fresh: true })
  const { [everySession]: all, ...sids } = record?.data ?? {}
  return { sids: Object.keys(sids), allAt: all === undefined ? null : Number(all) }
}

/** Milliseconds that a write may take: followers look back further than this and what clocks differ. */
const latest = slotMilliseconds

export interface EndedList {
  /**
   * Resolves once the store has it.
   * @throws what the store throws
   */
  add(sid: string): Promise<void>
  /** Every session that began until now. */
  addAll(): Promise<void>
}

export interface ListOptions {
  /** Milliseconds that a token lives at most. */
  readonly lifetime: number
  readonly now: () => number
}

/** Adds to the list of the store. What comes while a write is under way goes together in the next. */
export function createEndedList(store: SessionStore, { lifetime, now }: ListOptions): EndedList {
  let waiting: Record<string, string> = {}
  let next: Promise<void> | null = null
  let underWay: Promise<unknown> = Promise.resolve()

  async function write(): Promise<void> {
    await underWay.catch(() => undefined)
    const entries = waiting
    waiting = {}
    next = null
    // One that was held up for long may come after everybody has looked at that slot for the last time.
    const writing = untilOnTime(entries)
    underWay = writing
    await writing
  }

  async function untilOnTime(entries: Record<string, string>): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt++) {
      const startedAt = now()
      await writeSlot(store, startedAt, lifetime, entries)
      if (now() - startedAt <= latest) return
    }
  }

  function add(key: string, value: string): Promise<void> {
    waiting[key] = value
    next ??= write()
    return next
  }

  return { add: (sid) => add(sid, '1'), addAll: () => add(everySession, String(now())) }
}

async function writeSlot(
  store: SessionStore,
  at: number,
  lifetime: number,
  entries: Record<string, string>,
): Promise<void> {
  const slot = slotOf(at)
  const note = { sid: sidOf(slot), owner: null, purpose: 'latchkey:ended', at }
  await putNote(store, { ...note, expiresAt: slotEnd(slot, lifetime), data: entries })
}
