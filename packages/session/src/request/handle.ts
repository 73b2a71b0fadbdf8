import { endSession } from '../ending/revocation.ts'
import { SessionError } from '../errors.ts'
import type { RenewalReason } from '../events/events.ts'
import type { Exchange } from '../exchange.ts'
import { methodsOf } from '../policies/assurance.ts'
import { expiryOf } from '../policies/policy.ts'
import { merged } from '../record/merged.ts'
import { isUnreadable, unreadable } from '../record/unreadable.ts'
import { versionNote } from '../schema/schema-version.ts'
import { Seal } from '../sealed/sealed.ts'
import {
  closed,
  isReserved,
  isSealed,
  opened,
  rewrap,
  sealedData,
  storedText,
  unwrapSeal,
} from '../sealed/sealed-record.ts'
import type { MutableFields, SessionPatch, SessionRecord } from '../store.ts'
import type { SessionContext } from './context.ts'
import { ended, superseded } from './lost-session.ts'
import { type MintedToken, mintSecret, mintToken, ownHash, parseToken, secretHashOf } from './token.ts'

const changeAttempts = 1000
// Renewals are an hour apart, so one is all that can come between.
const rotationAttempts = 3

/** A new session. */
export interface Start {
  readonly userId: string | null
  readonly policy?: string | undefined
  readonly data: Data
  /** Sid of the session that ends with this one's start. */
  readonly replaces: string | null
}

/** What changes together with the secret, in the same atomic step. */
export interface RotationChange {
  readonly fields?: Partial<MutableFields>
  readonly set?: Readonly<Record<string, string>>
  readonly unset?: readonly string[]
}

type Data = SessionRecord['data']

export type RotationReason = Exclude<RenewalReason, 'renewal'>

/** A request's record as it saw it, and the few ways to change it. What users of the library see is session.ts. */
export class Handle {
  readonly context: SessionContext
  readonly exchange: Exchange
  record: SessionRecord | null
  /** As this request's token opened it: whose wrapped key the token fits, whatever others do meanwhile. */
  #opened: SessionRecord | null
  #seal: Seal | null = null

  constructor(context: SessionContext, exchange: Exchange, record: SessionRecord | null) {
    this.context = context
    this.exchange = exchange
    this.record = record
    this.#opened = record
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
      opened(key, stored, () => this.#sealOf(record)),
    )
  }

  /** Ends the session after `data_unreadable`. Never rejects: where it could not, the next to read tries again. */
  async giveUp(): Promise<void> {
    if (this.record) await this.context.endUnreadable(this.record).catch(() => false)
  }

  /** @throws SessionError `session_ended` when the record is gone */
  async write(patch: SessionPatch): Promise<void> {
    // With a schema, no value may land among those of a newer version that another server has made meanwhile.
    if (this.record && this.context.values.version !== null) return this.#writeGuarded('set', () => patch)
    if (!(await this.tryWrite(patch))) throw ended()
  }

  /** False when a guard did not hold, or the record is gone. */
  async tryWrite(patch: SessionPatch): Promise<boolean> {
    const before = this.record
    if (!before) {
      await this.start({ userId: null, data: patch.set ?? {}, replaces: null })
      return true
    }
    await this.assertLive(before)
    if (isOfApplication(patch)) this.context.values.assertVersion(before)
    const stored = patch.set ? { ...patch, set: await this.#closed(before, patch.set) } : patch
    const data = merged(before.data, stored)
    this.context.assertSize(data)
    if (!(await this.context.update(before.sid, stored))) return false
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

  async #writeGuarded(operation: string, make: () => SessionPatch): Promise<void> {
    for (let attempt = 0; attempt < changeAttempts; attempt++) {
      if (this.record && attempt > 0) await this.reload()
      const patch = make()
      const guard = this.record ? { rev: this.record.rev } : {}
      if (await this.tryWrite({ ...patch, guard })) return
    }
    throw new SessionError(
      'update_conflict',
      `${operation} met another write each time. Keep a value this busy in a database.`,
    )
  }

  /**
   * Asks the store to end what the request's token opens although it opens nothing: an earlier logout may have been
   * refused because too few replicas had it, and a failover must not bring back what this one says is over.
   */
  async confirmGone(): Promise<void> {
    const text = this.context.cookie.find(this.exchange.header('cookie'))
    const token = text === null ? null : parseToken(text)
    // Guarded: who knows the sid alone ends nothing.
    if (text && token) await this.context.end(token.sid, { secretHash: secretHashOf(text) })
  }

  async start({ userId, policy: name = 'default', data: values, replaces }: Start): Promise<void> {
    const policy = this.context.policies.named(name)
    const now = this.context.now()
    const token = mintToken()
    const seal = this.context.sealed ? Seal.mint(token.sid) : null
    const data = { ...sealedData(values, seal, token.text), ...versionNote(this.context.values.version ?? 1) }
    this.context.assertSize(data)
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
      data: { ...data, ...this.context.clients?.startWith(this.exchange, null, now) },
    }
    await this.context.create(record)
    // Before the cookie goes out: an answer that carries it must mean that the old session is dead.
    if (replaces !== null) await this.#endReplaced(replaces)
    if (userId !== null) await this.context.limit?.after(record)
    this.#opened = record
    this.#adopt(record, token, seal)
    this.context.emit('session_created', record, { policy: policy.name })
    if (userId !== null) this.#tellOfLogin(record)
  }

  #endReplaced(sid: string): Promise<boolean> {
    return endSession(this.context, { sid, userId: this.record?.userId ?? null }, 'replaced')
  }

  #tellOfLogin(record: SessionRecord): void {
    this.context.emit('authn_login_success', record, { policy: record.policy, methods: methodsOf(record) })
  }

  /** False when the record is gone, or got another secret than by a renewal. */
  async rotate(reason: RotationReason, { fields, set: given, unset }: RotationChange): Promise<boolean> {
    const isSignIn = reason === 'login' || reason === 'reauthenticate'
    for (let attempt = 0; attempt < rotationAttempts; attempt++) {
      const before = this.record
      if (!before) return false
      const token = mintSecret(before.sid)
      const seal = await this.#sealForRotation(before)
      if (seal === 'lost') return false
      // Whoever else is busy with the values in the clear must not cost the user the rotation.
      const leaveClear = attempt === rotationAttempts - 1
      const renewedAt = this.context.now()
      const client = isSignIn ? this.context.clients?.startWith(this.exchange, before, renewedAt) : undefined
      const set = client ? { ...given, ...client } : given
      const wanted = { ...(set && { set }), ...(unset && { unset }) }
      this.context.assertSize(merged(before.data, wanted))
      const secrets = { next: token.text, former: null }
      const { change, guard } = rewrap(before, seal, secrets, wanted, leaveClear)
      const changed = { ...fields, secretHash: token.secretHash, previous: null, renewedAt }
      const patch = { fields: changed, ...change, guard: { ...guard, secretHash: before.secretHash } }
      const data = merged(before.data, patch)
      if (await this.context.update(before.sid, patch)) {
        const record = { ...before, ...changed, data, rev: before.rev + 1 }
        if (reason === 'login') await this.context.limit?.after(record)
        this.#adopt(record, token, seal)
        this.context.emit('session_renewed', record, { reason })
        if (reason === 'login') this.#tellOfLogin(record)
        return true
      }
      if (!(await this.#followRenewal(before))) return false
    }
    return false
  }

  // A renewal by another request of this browser is no reason to lose the session: its token is in the browser's
  // hands, or on the way there, just as this request's.
  async #followRenewal(before: SessionRecord): Promise<boolean> {
    const fresh = await this.context.read(before.sid, { fresh: true })
    if (!fresh || fresh.userId !== before.userId) return false
    const isRenewed = fresh.previous?.hash === ownHash(before.secretHash)
    // The same secret, but another value: one that was to be sealed has changed.
    if (!isRenewed && fresh.secretHash !== before.secretHash) return false
    this.record = { ...before, secretHash: fresh.secretHash, rev: fresh.rev, data: fresh.data }
    return true
  }

  async #closed(record: SessionRecord, set: Data): Promise<Data> {
    if (Object.keys(set).every(isReserved)) return set
    try {
      return closed(set, this.#sealOf(record))
    } catch (error) {
      if (isUnreadable(error)) await this.giveUp()
      throw error
    }
  }

  /**
   * The seal of the session; null where its values are in the clear.
   * @throws SessionError `data_unreadable`, `session_superseded` when it was sealed for another secret since
   */
  #sealOf(record: SessionRecord): Seal | null {
    if (this.#seal || !isSealed(record)) return this.#seal
    const token = this.context.cookie.find(this.exchange.header('cookie')) ?? ''
    const known = this.#opened && isSealed(this.#opened) ? this.#opened : null
    this.#seal = unwrapSeal(known ?? record, token)
    if (this.#seal) return this.#seal
    throw known ? unreadable('its key is broken') : superseded()
  }

  /** Where the key is broken, the session ends: nothing would bring its values back. */
  async #sealForRotation(record: SessionRecord): Promise<Seal | 'lost' | null> {
    try {
      return this.#sealOf(record) ?? (this.context.sealed ? Seal.mint(record.sid) : null)
    } catch (error) {
      if (isUnreadable(error)) await this.context.endUnreadable(record)
      return 'lost'
    }
  }

  #adopt(record: SessionRecord, token: MintedToken, seal: Seal | null): void {
    this.record = record
    this.#seal = seal
    this.context.issueCookie(this.exchange, record, token.text)
  }

  // Only what others may change under a handle: the identity stays the one whose secret this request presented,
  // or a request that came with a dead secret could rotate its way back in.
  async reload(): Promise<void> {
    const before = this.record
    const fresh = before && (await this.context.read(before.sid, { fresh: true }))
    if (!fresh) throw ended()
    this.record = { ...before, data: fresh.data, rev: fresh.rev }
  }

  // A long answer's handle is older than its session: other requests may have kept that alive.
  async stillLive(record: SessionRecord): Promise<boolean> {
    if (this.context.isLive(record)) return true
    const fresh = await this.context.read(record.sid, { fresh: true })
    return fresh !== null && this.context.isLive(fresh)
  }

  async assertLive(record: SessionRecord): Promise<void> {
    if (!(await this.stillLive(record))) throw ended()
  }
}

function isOfApplication({ set = {}, unset = [] }: SessionPatch): boolean {
  return [...Object.keys(set), ...unset].some((key) => !isReserved(key))
}
