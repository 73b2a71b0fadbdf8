import type { SessionContext } from './context.ts'
import { SessionError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { encodeValue } from './json.ts'
import { expiryOf } from './policy.ts'
import type { MutableFields, SessionPatch, SessionRecord } from './store.ts'
import { isStorable } from './stored-text.ts'
import { readValue } from './summary.ts'
import { type MintedToken, mintSecret, mintToken, ownHash } from './token.ts'

const updateAttempts = 1000
// Renewals are an hour apart, so one is all that can come between.
const rotationAttempts = 3

/**
 * A request's handle on its session. A visitor's handle has no record until something is stored (law 7).
 * Values are read as they were when the request opened the session, plus this handle's own writes.
 * Every write is finished when its promise resolves (law 9), and throws a `SessionError`:
 * `session_ended` when the session is gone, `store_unavailable` when the store cannot answer,
 * `value_not_json` and `record_too_large` for values that are refused; the old data stays then.
 */
export class Session<Data extends object = Record<string, unknown>> {
  readonly #context: SessionContext
  readonly #exchange: Exchange
  #record: SessionRecord | null
  #queue: Promise<unknown> | null = null

  /** @internal Handles come from `sessions.open`. */
  constructor(context: SessionContext, exchange: Exchange, record: SessionRecord | null) {
    this.#context = context
    this.#exchange = exchange
    this.#record = record
  }

  /** Public handle of the session, safe in logs; null for a visitor of whom nothing is stored. */
  get sid(): string | null {
    return this.#record?.sid ?? null
  }

  /** Who is signed in; null for a visitor. */
  get userId(): string | null {
    return this.#record?.userId ?? null
  }

  /** Milliseconds since the epoch; null for a visitor of whom nothing is stored. */
  get createdAt(): number | null {
    return this.#record?.createdAt ?? null
  }

  /** When the user last authenticated, in milliseconds since the epoch; null when nobody is signed in. */
  get authenticatedAt(): number | null {
    return this.#record?.authenticatedAt ?? null
  }

  /**
   * Aborts when this session ends: at once when it is ended by this process or the store announces it, within
   * `streamCheckInterval` when another process ended it unannounced or a timeout passed. For server-sent events,
   * WebSockets and other long answers.
   */
  get signal(): AbortSignal {
    return this.#context.streams.signalFor(this.#record, this.#exchange)
  }

  /** A fresh copy of the value, or undefined. Changing it changes nothing until it is `set`. */
  get<Key extends keyof Data & string>(key: Key): Data[Key] | undefined {
    return readValue<Data[Key]>(this.#record, key)
  }

  /** Stores one value or several; keys that are not named stay as they are, also those others write meanwhile. */
  set<Key extends keyof Data & string>(key: Key, value: Data[Key]): Promise<void>
  set(values: Partial<Data>): Promise<void>
  set(keyOrValues: string | Partial<Data>, value?: unknown): Promise<void> {
    const values = typeof keyOrValues === 'string' ? { [keyOrValues]: value } : keyOrValues
    return this.#inTurn(async () => {
      const encoded = Object.entries(values).map(([key, each]) => [key, encodeValue(key, each)] as const)
      if (encoded.length > 0) await this.#write({ set: Object.fromEntries(encoded) })
    })
  }

  /** Removes values; those that do not exist are no error. */
  delete(...keys: (keyof Data & string)[]): Promise<void> {
    return this.#inTurn(async () => {
      const unset = keys.filter(isStorable)
      if (this.#record && unset.length > 0) await this.#write({ unset })
    })
  }

  /**
   * Replaces one value by what `change` makes of it, without losing what others write to it meanwhile (law 3).
   * `change` may run several times and must have no other effect. Resolves to the value that was stored.
   * @throws SessionError `update_conflict` if others kept changing the session through 1000 attempts
   */
  update<Key extends keyof Data & string>(
    key: Key,
    change: (current: Data[Key] | undefined) => Data[Key],
  ): Promise<Data[Key]> {
    return this.#inTurn(async () => {
      for (let attempt = 0; attempt < updateAttempts; attempt++) {
        if (this.#record && attempt > 0) await this.#reload()
        const value = change(this.get(key))
        const guard = this.#record ? { rev: this.#record.rev } : {}
        if (await this.#tryWrite({ set: { [key]: encodeValue(key, value) }, guard })) return value
      }
      throw new SessionError(
        'update_conflict',
        `update(${JSON.stringify(key)}) met another write each time. Keep a value this busy in a database.`,
      )
    })
  }

  /**
   * Signs a user in: a new token, the old one dead in the same step, the visitor's data kept, both timeouts
   * restarted (ASVS 7.2.4). For another user than the session's, the old session ends and a fresh one starts
   * without its data. Never fails because of a race: where the session changed meanwhile, a fresh one starts.
   */
  login(userId: string, { policy }: LoginOptions = {}): Promise<void> {
    return this.#inTurn(async () => {
      if (typeof userId !== 'string' || userId === '' || !isStorable(userId)) throw userIdInvalid()
      if (policy !== undefined) this.#context.policies.named(policy)
      const before = this.#record
      const isAnothers = before !== null && before.userId !== null && before.userId !== userId
      if (before && !isAnothers && (await this.#stillLive(before))) {
        if (await this.#rotate('login', this.#authenticated(before, userId, policy))) return
      }
      await this.#start({ userId, policy, data: {}, replaces: isAnothers ? before.sid : null })
    })
  }

  /**
   * A new token for the same session: call it whenever the user's privileges change. The old one is dead in the
   * same atomic step, data and timeouts stay. Does nothing for a visitor of whom nothing is stored.
   * @throws SessionError `session_superseded` if another request rotated or ended the session meanwhile
   */
  regenerate(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#record) return
      await this.#assertLive(this.#record)
      if (await this.#rotate('regenerate', {})) return
      throw new SessionError(
        'session_superseded',
        'Another request gave this browser a new token, or ended the session. Send the request again.',
      )
    })
  }

  /**
   * Ends the session in the store, then removes the cookie (ASVS 7.4.1). The handle becomes a visitor's.
   * @throws SessionError `store_unavailable` if the store did not confirm it; the user is not signed out then
   */
  logout(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#record) return
      const ended = this.#record
      await this.#context.end(ended.sid)
      this.#context.emit('session_logout', ended, {})
      this.#record = null
      this.#context.removeCookie(this.#exchange)
    })
  }

  // Operations of one handle run one after the other: two first writes must not make two sessions.
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue === null ? run() : this.#queue.then(run)
    this.#queue = result.catch(() => undefined)
    return result
  }

  async #write(patch: SessionPatch): Promise<void> {
    if (!(await this.#tryWrite(patch))) throw ended()
  }

  /** False when a guard did not hold, or the record is gone. */
  async #tryWrite(patch: SessionPatch): Promise<boolean> {
    const before = this.#record
    if (!before) {
      await this.#start({ userId: null, data: patch.set ?? {}, replaces: null })
      return true
    }
    await this.#assertLive(before)
    const data = merged(before.data, patch)
    this.#context.assertSize(data)
    if (!(await this.#context.update(before.sid, patch))) return false
    this.#record = { ...before, data, rev: before.rev + 1 }
    return true
  }

  async #start({ userId, policy: name = 'default', data, replaces }: Start): Promise<void> {
    this.#context.assertSize(data)
    const policy = this.#context.policies.named(name)
    const now = this.#context.now()
    const token = mintToken()
    const times = { createdAt: now, authenticatedAt: userId === null ? null : now, lastSeenAt: now }
    const record: SessionRecord = {
      sid: token.sid,
      userId,
      secretHash: token.secretHash,
      previous: null,
      policy: policy.name,
      ...times,
      renewedAt: now,
      expiresAt: expiryOf(times, policy),
      rev: 0,
      data,
    }
    await this.#context.create(record)
    // Before the cookie goes out: an answer that carries it must mean that the old session is dead.
    if (replaces !== null) await this.#context.end(replaces)
    this.#adopt(record, token)
    this.#context.emit('session_created', record, { policy: policy.name })
  }

  /** False when the record is gone, or got another secret than by a renewal. */
  async #rotate(reason: 'login' | 'regenerate', fields: Partial<MutableFields>): Promise<boolean> {
    for (let attempt = 0; attempt < rotationAttempts; attempt++) {
      const before = this.#record
      if (!before) return false
      const token = mintSecret(before.sid)
      const renewedAt = this.#context.now()
      const changed = { ...fields, secretHash: token.secretHash, previous: null, renewedAt }
      const guard = { secretHash: before.secretHash }
      if (await this.#context.update(before.sid, { fields: changed, guard })) {
        const record = { ...before, ...changed, rev: before.rev + 1 }
        this.#adopt(record, token)
        this.#context.emit('session_renewed', record, { reason })
        return true
      }
      if (!(await this.#followRenewal(before))) return false
    }
    return false
  }

  // A renewal by another request of this browser is no reason to lose the session: its token is in the browser's
  // hands, or on the way there, just as this request's.
  async #followRenewal(before: SessionRecord): Promise<boolean> {
    const fresh = await this.#context.read(before.sid, { fresh: true })
    if (fresh?.previous?.hash !== ownHash(before.secretHash) || fresh.userId !== before.userId) return false
    this.#record = { ...before, secretHash: fresh.secretHash, rev: fresh.rev, data: fresh.data }
    return true
  }

  #adopt(record: SessionRecord, token: MintedToken): void {
    this.#record = record
    this.#context.issueCookie(this.#exchange, record, token.text)
  }

  #authenticated(
    record: SessionRecord,
    userId: string,
    policy = this.#policyAfterLogin(record),
  ): Partial<MutableFields> {
    const now = this.#context.now()
    const times = { createdAt: record.createdAt, authenticatedAt: now, lastSeenAt: now }
    const expiresAt = expiryOf(times, this.#context.policies.named(policy))
    return { userId, policy, authenticatedAt: now, lastSeenAt: now, expiresAt }
  }

  // Who signs in again keeps the policy; a visitor's was nobody's choice.
  #policyAfterLogin(record: SessionRecord): string {
    return record.userId === null ? 'default' : this.#context.policies.of(record).name
  }

  // Only what others may change under a handle: the identity stays the one whose secret this request presented,
  // or a request that came with a dead secret could rotate its way back in.
  async #reload(): Promise<void> {
    const before = this.#record
    const fresh = before && (await this.#context.read(before.sid, { fresh: true }))
    if (!fresh) throw ended()
    this.#record = { ...before, data: fresh.data, rev: fresh.rev }
  }

  // A long answer's handle is older than its session: other requests may have kept that alive.
  async #stillLive(record: SessionRecord): Promise<boolean> {
    if (this.#context.isLive(record)) return true
    const fresh = await this.#context.read(record.sid, { fresh: true })
    return fresh !== null && this.#context.isLive(fresh)
  }

  async #assertLive(record: SessionRecord): Promise<void> {
    if (!(await this.#stillLive(record))) throw ended()
  }
}

export interface LoginOptions {
  /** Name of the policy that the session lives under from now on. Default: the one it has, `default` for a new one. */
  readonly policy?: string
}

interface Start {
  readonly userId: string | null
  readonly policy?: string | undefined
  readonly data: Readonly<Record<string, string>>
  /** Sid of the session that ends with this one's start. */
  readonly replaces: string | null
}

function merged(data: Readonly<Record<string, string>>, patch: SessionPatch): Record<string, string> {
  const kept = Object.entries(data).filter(([key]) => !patch.unset?.includes(key))
  return Object.fromEntries([...kept, ...Object.entries(patch.set ?? {})])
}

function ended(): SessionError {
  return new SessionError(
    'session_ended',
    'This session has ended; nothing was stored. The user must sign in again.',
  )
}

function userIdInvalid(): SessionError {
  return new SessionError(
    'user_id_invalid',
    'login(userId) needs a non-empty string of well-formed Unicode without U+0000. Write String(id) for a number.',
  )
}
