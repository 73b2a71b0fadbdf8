import { startSession } from '../boundaries/start.ts'
import type { Stream } from '../ending/streams.ts'
import { SessionError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { merged } from '../record/merged.ts'
import { isUnreadable, unreadable } from '../record/values/unreadable.ts'
import type { Seal } from '../sealed/sealed.ts'
import { closed, isReserved, isSealed, opened, storedText, unwrapSeal } from '../sealed/sealed-record.ts'
import { familyOf, type MintedToken } from '../secret/token.ts'
import type { SessionPatch, SessionRecord } from '../store.ts'
import type { SessionContext } from './context.ts'
import type { Held } from './held.ts'
import { answerStarted, ended, superseded } from './lost-session.ts'
import type { Lost, Opened } from './opened.ts'

const changeAttempts = 100
// Renewals are an hour apart, so one is all that can come between.
const renewalsBetween = 3
// Several processes that go on in step would meet each time.
const stepsBeforeJitter = 2
const longestJitter = 20

type Data = SessionRecord['data']

/**
 * A request's record as it saw it, and the few ways to change it. It belongs to the family of its secret, which changes
 * at privilege boundaries and not at renewals: beyond one, it reads and writes nothing (decisions/0025). What users of
 * the library see is session.ts; starting, rotating and ending a session have files of their own.
 */
export class Handle implements Held {
  readonly context: SessionContext
  readonly exchange: Exchange
  record: SessionRecord | null
  /** The token that the record is open to, or that names `lost`. */
  text: string | null
  /** The live session that the request's token names without having its secret. */
  readonly lost: Lost | null
  /** When the call under way began (performance.now): its operations have one deadline together. */
  since = 0
  /** As this request's token opened it: whose wrapped key the token fits, whatever others do meanwhile. */
  #opened: SessionRecord | null
  #seal: Seal | null = null
  #stream: Stream | null = null
  /** The handle's session is over; null while it is not. */
  #ended: AbortSignal | null = null
  /** What this handle's own operation made when no head could bring its token any more. */
  #unanswered: SessionRecord | null = null
  /** When the store was asked for the session, or took its secret: what this process did to it since is news. */
  #askedAt: number

  constructor(context: SessionContext, exchange: Exchange, { record, text, lost, askedAt }: Opened) {
    this.context = context
    this.exchange = exchange
    this.record = record
    this.text = text
    this.lost = lost
    this.#opened = record
    this.#askedAt = askedAt
  }

  /** One for as long as the handle's session lasts; aborted when that is over. */
  get signal(): AbortSignal {
    if (this.#isOvertaken()) this.#ended ??= endedSignal()
    if (this.#ended) return this.#ended
    this.#stream ??= this.context.streams.open(this.record, this.exchange)
    return this.#stream.signal
  }

  /** By this process itself, which need not ask the store. */
  #isOvertaken(): boolean {
    const { record } = this
    if (!record || this.#stream) return false
    return this.context.overtaken.isOvertaken(record.sid, record.secretHash, this.#askedAt)
  }

  /** The open answer of this handle; null where nobody asked for its signal. */
  get stream(): Stream | null {
    return this.#stream
  }

  /** @throws SessionError `answer_started` */
  assertCanAnswer(): void {
    if (this.exchange.canSetCookie === false) throw answerStarted()
  }

  /**
   * The value behind an application's key, decrypted and parsed only now; undefined when there is none.
   * @throws SessionError `data_unreadable`
   */
  value(key: string): unknown {
    const { record } = this
    const stored = record && storedText(record, key)
    if (!record || typeof stored !== 'string') return undefined
    return this.context.values.decode(
      record,
      key,
      opened(key, stored, () => this.sealOf(record)),
    )
  }

  /** Ends the session after `data_unreadable`. Never rejects: where it could not, the next to read tries again. */
  async giveUp(): Promise<void> {
    if (this.record) await this.context.endUnreadable(this.record).catch(() => false)
  }

  /** @throws SessionError `session_ended` when the record is gone, `session_superseded` when it is another family's */
  async write(patch: SessionPatch): Promise<void> {
    // With a schema, no value may land among those of a newer version that another server has made meanwhile.
    if (this.record && this.context.values.version !== null) return this.#writeGuarded('set', () => patch)
    for (let attempt = 0; attempt < renewalsBetween; attempt++) {
      if (await this.#tryWrite(patch)) return
      await this.reload()
    }
    throw conflict('set')
  }

  /** False when a guard did not hold, or the record is gone. */
  async #tryWrite(patch: SessionPatch): Promise<boolean> {
    const before = this.record
    if (!before) {
      if (this.lost) throw superseded()
      await startSession(this, { userId: null, data: patch.set ?? {}, replaces: null })
      return true
    }
    await this.assertLive(before)
    if (isOfApplication(patch)) this.context.values.assertVersion(before)
    const stored = patch.set ? { ...patch, set: await this.#closed(before, patch.set) } : patch
    const data = merged(before.data, stored)
    this.context.assertSize(data, before.data)
    const guard = { ...stored.guard, secretHash: before.secretHash }
    if (!(await this.context.update(before.sid, { ...stored, guard }, this.since))) return false
    this.record = { ...before, data, rev: before.rev + 1 }
    return true
  }

  /**
   * Replaces one value by what `make` makes of it, without losing what others write to it meanwhile (law 3).
   * @throws SessionError `update_conflict` if others kept changing the session
   */
  async change(key: string, make: () => string): Promise<string> {
    let text = ''
    await this.#writeGuarded(`update(${JSON.stringify(key)})`, () => {
      text = make()
      return { set: { [key]: text } }
    })
    return text
  }

  /** The application's keys. */
  keys(): string[] {
    return Object.keys(this.record?.data ?? {}).filter((key) => !isReserved(key))
  }

  /**
   * Removes the keys that `choose` names, of the record as it is when they are removed: it is asked anew where that has
   * changed meanwhile. Where it names none, nothing is written.
   * @throws SessionError `update_conflict` if others kept changing the session
   */
  async remove(operation: string, choose: () => readonly string[]): Promise<void> {
    if (choose().length === 0) return
    await this.#writeGuarded(operation, () => {
      const unset = choose()
      return unset.length > 0 ? { unset } : null
    })
  }

  // In this process one after the other: N at once would otherwise cost N² operations.
  #writeGuarded(operation: string, make: () => SessionPatch | null): Promise<void> {
    const { record } = this
    if (!record) return this.#attempt(operation, make, false)
    return this.context.turns.take(record.sid, (hasWaited) => this.#attempt(operation, make, hasWaited))
  }

  /** @param make null where there is nothing to do */
  async #attempt(operation: string, make: () => SessionPatch | null, hasWaited: boolean): Promise<void> {
    for (let attempt = 0; attempt < changeAttempts; attempt++) {
      if (this.record && (hasWaited || attempt > 0)) await this.reload()
      const patch = make()
      if (!patch) return
      const guard = this.record ? { rev: this.record.rev } : {}
      if (await this.#tryWrite({ ...patch, guard })) return
      if (attempt >= stepsBeforeJitter) await jitter()
    }
    throw conflict(operation)
  }

  async #closed(record: SessionRecord, set: Data): Promise<Data> {
    if (Object.keys(set).every(isReserved)) return set
    try {
      return closed(set, this.sealOf(record))
    } catch (error) {
      if (isUnreadable(error)) await this.giveUp()
      throw error
    }
  }

  /**
   * The seal of the session; null where its values are in the clear.
   * @throws SessionError `data_unreadable`, `session_superseded` when it was sealed for another secret since
   */
  sealOf(record: SessionRecord): Seal | null {
    if (this.#seal || !isSealed(record)) return this.#seal
    const known = this.#opened && isSealed(this.#opened) ? this.#opened : null
    this.#seal = unwrapSeal(known ?? record, this.text ?? '')
    if (this.#seal) return this.#seal
    throw known ? unreadable('its key is broken') : superseded()
  }

  /** The handle is of this record from now on, and the answer brings its token. */
  adopt(record: SessionRecord, token: MintedToken, seal: Seal | null, since: number): void {
    const isSameSession = this.record === null || this.record.sid === record.sid
    this.record = record
    this.text = token.text
    this.#opened = record
    this.#seal = seal
    this.#ended = null
    this.#askedAt = since
    this.#unanswered = this.exchange.canSetCookie ? null : record
    if (isSameSession) this.#stream?.follow(record)
    else this.#stream = null
    this.context.issueCookie(this.exchange, record, token, since)
  }

  /** The handle's session is over: it is a visitor's. */
  leave(): void {
    this.record = null
    this.text = null
    this.#stream = null
    this.#ended = endedSignal()
  }

  /**
   * Nobody has waited for an operation. A session whose token has reached nobody is ended; the developer is told, once for
   * each call there is.
   * @param error what it was rejected with; null where it was done after the head had left
   */
  async forgotten(call: string, error: unknown): Promise<void> {
    const { context } = this
    const lost = this.#unanswered
    this.#unanswered = null
    if (lost) {
      await context.end(lost, { secretHash: lost.secretHash }).catch(() => false)
      this.leave()
    }
    context.tellForgotten(call, error, lost !== null)
  }

  /** The record as the store has it, with no time in the future; null when it is gone. */
  async fresh(sid: string): Promise<SessionRecord | null> {
    const record = await this.context.read(sid, { fresh: true }, this.since)
    return record && this.context.clock.settled(record, this.context.now())
  }

  /**
   * Takes over what others may change under a handle: the identity stays the one whose secret this request presented, or
   * a request that came with a dead secret could rotate its way back in.
   * @throws SessionError `session_ended`, `session_superseded`
   */
  async reload(): Promise<void> {
    const before = this.record
    const fresh = before && (await this.fresh(before.sid))
    if (!fresh) throw ended()
    if (familyOf(fresh.secretHash) !== familyOf(before.secretHash)) throw superseded()
    const { data, rev, secretHash } = fresh
    this.record = { ...before, data, rev, secretHash }
  }

  // A long answer's handle is older than its session: other requests may have kept that alive.
  async stillLive(record: SessionRecord): Promise<boolean> {
    if (this.context.isLive(record)) return true
    const fresh = await this.fresh(record.sid)
    return fresh !== null && this.context.isLive(fresh)
  }

  async assertLive(record: SessionRecord): Promise<void> {
    if (!(await this.stillLive(record))) throw ended()
  }
}

function jitter(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, Math.random() * longestJitter))
}

function endedSignal(): AbortSignal {
  return AbortSignal.abort(new DOMException('The session has ended.', 'AbortError'))
}

function isOfApplication({ set = {}, unset = [] }: SessionPatch): boolean {
  return [...Object.keys(set), ...unset].some((key) => !isReserved(key))
}

function conflict(operation: string): SessionError {
  return new SessionError(
    'update_conflict',
    `${operation} met another write each time. Keep a value this busy in a database.`,
  )
}
