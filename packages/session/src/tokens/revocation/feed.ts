import { createDeadline } from '../../deadline/deadline.ts'
import { every } from '../../deadline/timer.ts'
import { SessionError } from '../../errors.ts'
import { safeWarn } from '../../events/listener.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'
import { isNoteSid } from '../../record/note.ts'
import type { SessionStore, StoreEvent } from '../../store.ts'
import { createExpiringKeys } from '../expiring-keys.ts'
import { mostSkew } from '../keys/rotation.ts'
import { TokenError } from '../token-error.ts'
import {
  clockTolerance,
  readSlot,
  revokeAllTolerance,
  slotEnd,
  slotMilliseconds,
  slotOf,
} from './ended-list.ts'
import type { Revocations, TokenSource } from './revocations.ts'
import { hearHere } from './told-here.ts'

export interface EndedFeedOptions {
  /** How long a token lives at most, as `tokens` of the issuer has it. Default '5m'. */
  readonly lifetime?: Duration | undefined
  /**
   * How often the store is asked what has ended: the bound where it announces nothing (MySQL, SQLite), and what makes
   * up for lost announcements elsewhere. Default '5s'.
   */
  readonly pollInterval?: Duration | undefined
  /**
   * The oldest that what is known may be. Where the store cannot be asked for longer, no token is let in (503): so this
   * is the bound that holds whatever fails. Default '30s'.
   */
  readonly maxAge?: Duration | undefined
  /** How long a question may wait for the store. Default '2s'. */
  readonly storeTimeout?: Duration | undefined
  /** Endings in memory, 27 to 53 bytes each; with more, no token is let in. Default 4000000. */
  readonly maxEntries?: number | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
  /** Milliseconds on a clock that never jumps. Default performance.now. */
  readonly elapsed?: (() => number) | undefined
  /** Hears of polls that fail, once a minute. Default console.warn. */
  readonly warn?: ((message: string) => void) | undefined
}

export interface EndedFeed extends Revocations {
  /**
   * Asks the store now.
   * @throws what the store throws; what was known stays
   */
  refresh(): Promise<void>
  stats(): EndedFeedStats
}

export interface EndedFeedStats {
  /** Endings in memory. */
  readonly entries: number
  /** About how many bytes they take. */
  readonly bytes: number
  /** Milliseconds since the question whose answer is the last that came; null before the first. */
  readonly age: number | null
}

const knownOptions: Record<keyof EndedFeedOptions, true> = {
  lifetime: true,
  pollInterval: true,
  maxAge: true,
  storeTimeout: true,
  maxEntries: true,
  now: true,
  elapsed: true,
  warn: true,
}

/** Slots that are read at once. */
const readAtOnce = 64
/** Milliseconds. */
const warnedEvery = 60_000

/**
 * Follows which sessions end: by what the store announces, at once, and by asking it every `pollInterval`. A process
 * that starts has the whole list before the first token is judged.
 * @throws SessionError `config_invalid`
 */
export function endedFeed(store: SessionStore, options: EndedFeedOptions = {}): EndedFeed {
  refuseUnknown('endedFeed', options, knownOptions)
  const lifetime = parseDuration(options.lifetime ?? '5m', 'lifetime')
  const pollInterval = parseDuration(options.pollInterval ?? '5s', 'pollInterval')
  const maxAge = parseDuration(options.maxAge ?? '30s', 'maxAge')
  const { maxEntries = 4_000_000, now = Date.now, elapsed = () => performance.now() } = options
  refuseInvalid(store, { pollInterval, maxAge, maxEntries })
  const warn = safeWarn(options.warn ?? console.warn)
  const withDeadline = createDeadline(parseDuration(options.storeTimeout ?? '2s', 'storeTimeout'))
  const ended = createExpiringKeys()
  let generation = 1
  /** Tokens issued until then are over, whatever their session; milliseconds since the epoch. */
  let allUntil = Number.NEGATIVE_INFINITY
  /** When the last question was asked that was answered. */
  let known: { readonly elapsed: number; readonly time: number } | null = null
  let underWay: Promise<void> | null = null
  let forgotAt = elapsed()
  let warnedAt = Number.NEGATIVE_INFINITY
  let isClosed = false

  function add(sid: string, until: number): void {
    if (ended.size >= maxEntries && !ended.has(sid)) return
    const before = ended.size
    ended.add(sid, Math.ceil(until / 1000))
    if (ended.size > before) generation++
  }

  function addAll(at: number): void {
    const until = at + revokeAllTolerance
    if (until <= allUntil) return
    allUntil = until
    generation++
  }

  function hear(sid: string | null): void {
    if (sid === null) addAll(now())
    else add(sid, slotEnd(slotOf(now()), lifetime))
  }

  async function poll(): Promise<void> {
    const asked = { elapsed: elapsed(), time: now() }
    // From what the last answer may have missed of slower clocks and slower writes, to what the fastest has written.
    const oldest = asked.time - lifetime - mostSkew * 1000
    const since = known ? Math.min(known.time, asked.time) - slotMilliseconds : oldest
    const [first, last] = [slotOf(since - clockTolerance), slotOf(asked.time + clockTolerance)]
    for (let from = Math.max(first, slotOf(oldest - clockTolerance)); from <= last; from += readAtOnce) {
      const slots = Array.from({ length: Math.min(readAtOnce, last - from + 1) }, (_, n) => from + n)
      await Promise.all(
        slots.map(async (slot) => {
          const { sids, allAt } = await withDeadline('read', () => readSlot(store, slot))
          const until = slotEnd(slot, lifetime)
          for (const sid of sids) add(sid, until)
          if (allAt !== null) addAll(allAt)
        }),
      )
    }
    known = asked
    if (asked.elapsed - forgotAt < lifetime / 4) return
    forgotAt = asked.elapsed
    ended.forget(Math.floor(asked.time / 1000))
  }

  function refresh(): Promise<void> {
    if (isClosed) return Promise.resolve()
    underWay ??= poll().finally(() => {
      underWay = null
    })
    return underWay
  }

  function refreshAndTell(): void {
    refresh().catch((error) => {
      if (elapsed() - warnedAt < warnedEvery) return
      warnedAt = elapsed()
      warn(
        `latchkey: which sessions have ended cannot be asked: ${error instanceof Error ? error.message : error}`,
      )
    })
  }

  function assertKnown(): void {
    if (ended.size >= maxEntries)
      throw unknown(`more than maxEntries (${maxEntries}) sessions have ended within the life of a token`)
    if (!known || Math.max(elapsed() - known.elapsed, now() - known.time) > maxAge)
      throw unknown('the store has not said for too long which sessions have ended')
  }

  function isEndedNow({ sid, issuedAt, expiresAt }: TokenSource): boolean {
    assertKnown()
    if (expiresAt - issuedAt > lifetime + 1000)
      throw unknown(
        `it lives longer than the lifetime of endedFeed (${lifetime} ms), after which endings are forgotten`,
      )
    return issuedAt <= allUntil || ended.has(sid)
  }

  const stopHearing = hearHere(store, hear)
  const subscription = store.subscribe?.((event: StoreEvent) => {
    if (event.type === 'ended' && !(event.sid && isNoteSid(event.sid))) hear(event.sid)
    // What was announced meanwhile is in the list.
    if (event.type === 'listening') refreshAndTell()
  })
  const timer = every(pollInterval, refreshAndTell)
  refreshAndTell()

  return {
    generation() {
      if (!known) return null
      assertKnown()
      return generation
    },
    isEnded(token) {
      if (known) return isEndedNow(token)
      // The first question decides when the process may answer; one that fails is asked again.
      return refresh().then(
        () => isEndedNow(token),
        () => {
          throw unknown('the store cannot be asked which sessions have ended')
        },
      )
    },
    refresh,
    stats: () => ({ entries: ended.size, bytes: ended.bytes, age: known && elapsed() - known.elapsed }),
    async close() {
      isClosed = true
      timer.stop()
      stopHearing()
      await subscription?.close()
    },
  }
}

function unknown(why: string): TokenError {
  return new TokenError('revocations_unknown', `No token is let in: ${why}.`)
}

interface Bounds {
  readonly pollInterval: number
  readonly maxAge: number
  readonly maxEntries: number
}

function refuseInvalid(store: SessionStore, { pollInterval, maxAge, maxEntries }: Bounds): void {
  if (typeof store?.read !== 'function')
    throw new SessionError(
      'config_invalid',
      'endedFeed needs the store of the sessions. Write endedFeed(store).',
    )
  if (maxAge <= pollInterval)
    throw new SessionError(
      'config_invalid',
      `maxAge (${maxAge} ms) must be longer than pollInterval (${pollInterval} ms).`,
    )
  if (!Number.isInteger(maxEntries) || maxEntries < 1)
    throw new SessionError(
      'config_invalid',
      `maxEntries: ${maxEntries} is not a number of endings. Write 4000000.`,
    )
}
