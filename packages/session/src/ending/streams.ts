import { after, every, type Timer } from '../deadline/timer.ts'
import type { Exchange } from '../exchange.ts'
import { familyOf } from '../secret/token.ts'
import type { SessionRecord } from '../store.ts'
import type { Endings } from './endings.ts'

/** Ends open answers (server-sent events, WebSockets) together with what opened them (law 10). */
export interface Streams {
  /** Watches the session of an open answer; a visitor's has nothing to end until it gets a record. */
  open(record: SessionRecord | null, exchange: Exchange): Stream
  /**
   * The session has a secret of another family: what was opened with the former one ends, but for the stream of the
   * handle that did it.
   */
  rotated(record: SessionRecord, own: Stream | null): void
  /** Ends all that is open: nobody will watch it any more. */
  close(): void
}

/** One open answer. */
export interface Stream {
  readonly signal: AbortSignal
  /** Its handle has another record now: a visitor's first, or the same session's under a new secret. */
  follow(record: SessionRecord): void
  /** Its handle is about to give the session another secret: what the store says meanwhile is no news. */
  hold(): void
  release(): void
}

interface Watched {
  readonly controller: AbortController
  record: SessionRecord | null
  isHeld: boolean
}

// As many as a revocation of all of a user's sessions has under way: each has the deadline of one operation.
const readsAtOnce = 100

/**
 * Endings are heard; timeouts that pass while nobody asks, and what the store does not announce, are found by looking
 * at the watched sessions. Each look has half of `interval`, and one begins every half: so `interval` is the bound,
 * however many streams there are and however slow the store is. What could not be confirmed in time ends (law 8).
 *
 * @param read the record of a watched session as the store has it; null when it is over. Rejects when the store cannot
 *   answer
 */
export function createStreams(
  interval: number,
  endings: Endings,
  read: (sid: string) => Promise<SessionRecord | null>,
): Streams {
  const watched = new Map<string, Set<Watched>>()
  const looking = new Map<string, { again: boolean }>()
  let timer: Timer | null = null
  let stopListening: (() => void)[] = []
  let isClosed = false

  async function lookAtAll(): Promise<void> {
    const sids = [...watched.keys()]
    const unconfirmed = new Map(sids.flatMap((sid) => [...(watched.get(sid) ?? [])].map(asOfNow)))
    const due = performance.now() + interval / 2
    const deadline = after(Math.max(1, interval / 2), () => void giveUp(unconfirmed, due))
    async function next(): Promise<void> {
      for (let sid = sids.pop(); sid !== undefined; sid = sids.pop()) {
        const entries = [...(watched.get(sid) ?? [])]
        if (entries.length > 0) await lookAt(sid, entries)
        for (const entry of entries) unconfirmed.delete(entry)
      }
    }
    await Promise.all(Array.from({ length: Math.min(readsAtOnce, sids.length) }, next))
    deadline.stop()
  }

  async function giveUp(unconfirmed: ReadonlyMap<Watched, SessionRecord | null>, due: number): Promise<void> {
    // A pause of this process is no fault of the store: what it answered meanwhile is read first.
    if (performance.now() - due > interval / 8)
      for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate)
    for (const [entry, before] of unconfirmed) if (!isOutdated(entry, before)) abort(entry)
  }

  async function lookAt(sid: string, entries: readonly Watched[]): Promise<void> {
    const asked = entries.map(asOfNow)
    // A store that cannot answer lets nobody in: an open stream ends as well (law 8).
    const record = await read(sid).catch(() => null)
    for (const [entry, before] of asked)
      if (!isOutdated(entry, before) && !isSame(before, record)) abort(entry)
  }

  /** At once, and once more where there was cause for it meanwhile. */
  async function look(sid: string): Promise<void> {
    const underWay = looking.get(sid)
    if (underWay) {
      underWay.again = true
      return
    }
    const state = { again: true }
    looking.set(sid, state)
    while (state.again) {
      state.again = false
      await lookAt(sid, [...(watched.get(sid) ?? [])])
    }
    looking.delete(sid)
  }

  function ended(sid: string | null): void {
    for (const each of sid === null ? [...watched.keys()] : [sid]) {
      for (const entry of [...(watched.get(each) ?? [])]) abort(entry)
    }
  }

  function watch(entry: Watched, record: SessionRecord): void {
    if (isClosed) {
      abort(entry)
      return
    }
    entry.record = record
    const entries = watched.get(record.sid) ?? new Set()
    watched.set(record.sid, entries.add(entry))
    if (stopListening.length === 0)
      stopListening = [
        endings.listen(ended),
        endings.listenToChanges((sid) => void (watched.has(sid) && look(sid))),
      ]
    timer ??= every(Math.max(1, interval / 2), () => void lookAtAll())
  }

  function forget(entry: Watched): void {
    const sid = entry.record?.sid
    if (sid === undefined) return
    const entries = watched.get(sid)
    entries?.delete(entry)
    if (entries?.size === 0) watched.delete(sid)
    if (watched.size > 0 || !timer) return
    timer.stop()
    timer = null
  }

  function abort(entry: Watched): void {
    forget(entry)
    entry.controller.abort(new DOMException('The session of this stream has ended.', 'AbortError'))
  }

  return {
    open(record, exchange) {
      const entry: Watched = { controller: new AbortController(), record: null, isHeld: false }
      let isDone = false
      exchange.onClose?.(() => {
        isDone = true
        forget(entry)
      })
      function follow(next: SessionRecord): void {
        forget(entry)
        if (!isDone && !entry.controller.signal.aborted) watch(entry, next)
      }
      if (record) {
        follow(record)
        // It may have ended since this request read it, which nobody will tell again.
        void look(record.sid)
      }
      return {
        signal: entry.controller.signal,
        follow,
        hold() {
          entry.isHeld = true
        },
        release() {
          entry.isHeld = false
          if (entry.record && watched.get(entry.record.sid)?.has(entry)) void look(entry.record.sid)
        },
      }
    },
    rotated(record, own) {
      for (const entry of [...(watched.get(record.sid) ?? [])])
        if (entry.controller.signal !== own?.signal && !isSame(entry.record, record)) abort(entry)
    },
    close() {
      isClosed = true
      for (const stop of stopListening) stop()
      ended(null)
    },
  }
}

function asOfNow(entry: Watched): readonly [Watched, SessionRecord | null] {
  return [entry, entry.record]
}

/** Its own handle has given it another secret, or is about to: what a look finds, or does not, may be of before. */
function isOutdated(entry: Watched, before: SessionRecord | null): boolean {
  return entry.isHeld || entry.record !== before
}

/** The same session of the same identity, under a secret of the same family. */
function isSame(watched: SessionRecord | null, record: SessionRecord | null): boolean {
  return (
    watched !== null &&
    record !== null &&
    watched.userId === record.userId &&
    familyOf(watched.secretHash) === familyOf(record.secretHash)
  )
}
