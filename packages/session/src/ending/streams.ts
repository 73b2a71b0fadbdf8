import type { Exchange } from '../exchange.ts'
import type { SessionRecord } from '../store.ts'
import type { Endings } from './endings.ts'

/** Ends open answers (server-sent events, WebSockets) together with their session (law 10). */
export interface Streams {
  /** The signal of a session's open answer. A visitor's never aborts: there is nothing to end. */
  signalFor(record: SessionRecord | null, exchange: Exchange): AbortSignal
  close(): void
}

interface Watched {
  readonly record: SessionRecord
  readonly controller: AbortController
}

/**
 * Endings are heard; timeouts that pass while nobody asks, and endings that the store does not announce, are found
 * by looking at the watched records every `interval` milliseconds: that is the bound for those. Nothing runs while
 * nothing is open.
 *
 * @param isOpen whether the watched session is still live; rejects when the store cannot answer
 */
export function createStreams(
  interval: number,
  endings: Endings,
  isOpen: (record: SessionRecord) => Promise<boolean>,
): Streams {
  const watched = new Map<string, Set<Watched>>()
  let timer: NodeJS.Timeout | null = null
  let stopListening: (() => void) | null = null
  let checking = false

  async function check(): Promise<void> {
    if (checking) return
    checking = true
    for (const entry of [...watched.values()].flatMap((entries) => [...entries])) await look(entry)
    checking = false
  }

  async function look(entry: Watched): Promise<void> {
    // A store that cannot answer lets nobody in: an open stream ends as well (law 8).
    if (!(await isOpen(entry.record).catch(() => false))) abort(entry)
  }

  function ended(sid: string | null): void {
    for (const each of sid === null ? [...watched.keys()] : [sid]) {
      for (const entry of [...(watched.get(each) ?? [])]) abort(entry)
    }
  }

  function abort(entry: Watched): void {
    forget(entry)
    entry.controller.abort(new DOMException('The session of this stream has ended.', 'AbortError'))
  }

  function forget(entry: Watched): void {
    const entries = watched.get(entry.record.sid)
    entries?.delete(entry)
    if (entries?.size === 0) watched.delete(entry.record.sid)
    if (watched.size === 0 && timer) {
      clearInterval(timer)
      timer = null
    }
  }

  return {
    signalFor(record, exchange) {
      const controller = new AbortController()
      if (!record) return controller.signal
      const entry = { record, controller }
      const entries = watched.get(record.sid) ?? new Set()
      watched.set(record.sid, entries.add(entry))
      stopListening ??= endings.listen(ended)
      timer ??= setInterval(check, interval).unref()
      exchange.onClose?.(() => forget(entry))
      // It may have ended since this request read it, which nobody will tell again.
      void look(entry)
      return controller.signal
    },
    close() {
      stopListening?.()
      if (timer) clearInterval(timer)
      timer = null
    },
  }
}
