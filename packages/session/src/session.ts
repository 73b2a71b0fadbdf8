import { rotateOwn } from './boundaries/rotating-own.ts'
import type { RotationChange, RotationReason } from './boundaries/rotation.ts'
import { signIn } from './boundaries/signing-in.ts'
import { confirmGone, endOwn } from './boundaries/signing-off.ts'
import { giveCsrfToken, verifyCsrfToken } from './csrf/csrf-token.ts'
import type { Exchange } from './exchange.ts'
import { refuseUnknown } from './known-options.ts'
import {
  authenticationChange,
  grant,
  hasPrivilege,
  methodsOf,
  requireFresh,
  requirePrivilege,
  withdraw,
} from './policies/assurance.ts'
import { type Duration, parseDuration } from './policies/duration.ts'
import type { ElevateOptions, LoginOptions } from './policies/login-options.ts'
import { absoluteEnd } from './policies/policy.ts'
import { authenticatedFields, fieldsUnder } from './policies/policy-fields.ts'
import { reservedPrefix } from './record/values/json.ts'
import { isStorable } from './record/values/stored-text.ts'
import { isUnreadable } from './record/values/unreadable.ts'
import { parseValue } from './record/values/values.ts'
import type { SessionContext } from './request/context.ts'
import { Handle } from './request/handle.ts'
import { nobodySignedIn } from './request/lost-session.ts'
import type { Opened } from './request/opened.ts'
import { Operations } from './request/operations.ts'
import type { SessionRecord } from './store.ts'

/**
 * A request's handle on its session. A visitor's handle has no record until something is stored (law 7).
 * Values are read as they were when the request opened the session, plus this handle's own writes.
 * Every write is finished when its promise resolves (law 9), and throws a `SessionError`:
 * `session_ended` when the session is gone, `store_unavailable` when the store cannot answer,
 * `value_not_json` and `record_too_large` for values that are refused; the old data stays then.
 */
export class Session<Data extends object = Record<string, unknown>> {
  readonly #handle: Handle
  readonly #operations: Operations

  /** @internal Handles come from `sessions.open`. */
  constructor(context: SessionContext, exchange: Exchange, opened: Opened) {
    this.#handle = new Handle(context, exchange, opened)
    this.#operations = new Operations(this.#handle)
  }

  /** @internal For adapters: when the calls under way are over; null when there is none. Never rejects. */
  static settled<Data extends object>(session: Session<Data>): Promise<unknown> | null {
    return session.#operations.settled
  }

  /** @internal For methods that only some sessions have. */
  static run<T>(session: Session, call: string, act: (handle: Handle) => Promise<T>): Promise<T> {
    return session.#operations.run(call, () => act(session.#handle))
  }

  /** Public handle of the session, safe in logs; null for a visitor of whom nothing is stored. */
  get sid(): string | null {
    return this.#handle.record?.sid ?? null
  }

  /** Who is signed in; null for a visitor. */
  get userId(): string | null {
    return this.#handle.record?.userId ?? null
  }

  /**
   * Who is signed in; before what visitors may not do.
   * @throws SessionError `session_ended` when nobody is: adapters answer it with 401, or lead to the sign-in (`redirects`)
   */
  requireUser(): string {
    const { userId } = this
    if (userId === null) throw nobodySignedIn()
    return userId
  }

  /** Milliseconds since the epoch; null for a visitor of whom nothing is stored. */
  get createdAt(): number | null {
    return this.#handle.record?.createdAt ?? null
  }

  /** When the user last authenticated, in milliseconds since the epoch; null when nobody is signed in. */
  get authenticatedAt(): number | null {
    return this.#handle.record?.authenticatedAt ?? null
  }

  /**
   * Aborts when this session ends: at once when it is ended by this process or the store announces it, within
   * `streamCheckInterval` when another process ended it unannounced or a timeout passed. For server-sent events,
   * WebSockets and other long answers. Also aborts when another request signs in, elevates or otherwise gives the session
   * a new secret. Always the same one for the life of this handle's session.
   */
  get signal(): AbortSignal {
    return this.#handle.signal
  }

  /**
   * A fresh copy of the value, or undefined. Changing it changes nothing until it is `set`.
   * @throws SessionError `data_unreadable` when its seal is broken or it does not fit the schema: the session is then
   *   being ended, and the handle's next operation finds it so; `data_newer` when a newer server has migrated it;
   *   `session_superseded` when another server has sealed it under a newer secret since this request read it
   */
  get<Key extends keyof Data & string>(key: Key): Data[Key] | undefined {
    try {
      return this.#handle.value(key) as Data[Key] | undefined
    } catch (error) {
      if (isUnreadable(error)) void this.#operations.queue(() => this.#handle.giveUp())
      throw error
    }
  }

  /** Stores one value or several; keys that are not named stay as they are, also those others write meanwhile. */
  set<Key extends keyof Data & string>(key: Key, value: Data[Key]): Promise<void>
  set(values: Partial<Data>): Promise<void>
  set(keyOrValues: string | Partial<Data>, value?: unknown): Promise<void> {
    const values = typeof keyOrValues === 'string' ? { [keyOrValues]: value } : keyOrValues
    return this.#operations.run('set', async () => {
      const { encode } = this.#handle.context.values
      const encoded = Object.entries(values).map(([key, each]) => [key, encode(key, each)] as const)
      if (encoded.length > 0) await this.#handle.write({ set: Object.fromEntries(encoded) })
    })
  }

  /** Removes values; those that do not exist are no error. */
  delete(...keys: (keyof Data & string)[]): Promise<void> {
    return this.#operations.run('delete', async () => {
      const unset = keys.filter((key) => isStorable(key) && !key.startsWith(reservedPrefix))
      if (this.#handle.record && unset.length > 0) await this.#handle.write({ unset })
    })
  }

  /**
   * Replaces one value by what `change` makes of it, without losing what others write to it meanwhile (law 3).
   * `change` may run several times and must have no other effect. Resolves to the value that was stored.
   * @throws SessionError `update_conflict` if others kept changing the session through 100 attempts
   */
  update<Key extends keyof Data & string>(
    key: Key,
    change: (current: Data[Key] | undefined) => Data[Key],
  ): Promise<Data[Key]> {
    return this.#operations.run('update', async () => {
      const { encode } = this.#handle.context.values
      const text = await this.#handle.change(key, () => encode(key, change(this.get(key))))
      return parseValue(key, text) as Data[Key]
    })
  }

  /**
   * Reads a value and removes it in one step: of several requests at once, one gets it (a message that is shown once).
   * Resolves to undefined when there is none, or another request has taken it since this one read the session.
   * @throws SessionError as `get`; `update_conflict` if others kept changing the session through 100 attempts
   */
  take<Key extends keyof Data & string>(key: Key): Promise<Data[Key] | undefined> {
    return this.#operations.run('take', async () => {
      let value: Data[Key] | undefined
      await this.#handle.remove('take', () => {
        value = this.get(key)
        return value === undefined ? [] : [key]
      })
      return value
    })
  }

  /** The names of the values that there are, as this handle's session has them. */
  keys(): (keyof Data & string)[] {
    return this.#handle.keys() as (keyof Data & string)[]
  }

  /**
   * Removes all values, also those that others have stored meanwhile. The session goes on: who is signed in, privileges
   * and times stay.
   * @throws SessionError `update_conflict` if others kept changing the session through 100 attempts
   */
  clear(): Promise<void> {
    return this.#operations.run('clear', () => this.#handle.remove('clear', () => this.#handle.keys()))
  }

  /**
   * Signs a user in: a new token, the old one dead in the same step, the visitor's data kept, both timeouts
   * restarted (ASVS 7.2.4). For another user than the session's, the old session ends and a fresh one starts
   * without its data. Never fails because of a race: where the session changed meanwhile, a fresh one starts.
   */
  login(userId: string, options: LoginOptions = {}): Promise<void> {
    return this.#operations.run('login', () => signIn(this.#handle, userId, options))
  }

  /**
   * The user has authenticated again: a new token, both timeouts restarted, and `authenticatedAt` is now
   * (ASVS 7.2.4, NIST SP 800-63B-4 section 5.2). Privileges that were granted before are withdrawn.
   * @throws SessionError `session_ended` for a visitor, `session_superseded` and `answer_started` as `regenerate`,
   *   `reauthentication_required` where the session would be over under the policy
   */
  reauthenticate(options: { readonly methods?: readonly string[] | undefined } = {}): Promise<void> {
    return this.#rotate('reauthenticate', (record) => {
      refuseUnknown('session.reauthenticate', options, { methods: true })
      return {
        fields: authenticatedFields(this.#handle.context, record, record.userId ?? ''),
        ...authenticationChange(record, options.methods ?? []),
      }
    })
  }

  /**
   * Grants a privilege for a time, never beyond the session's absolute end, under a new token.
   * @throws SessionError `session_ended` for a visitor, `session_superseded` and `answer_started` as `regenerate`,
   *   `reauthentication_required` where the session would be over under the policy
   */
  elevate(privilege: string, options: ElevateOptions): Promise<void> {
    return this.#rotate('elevate', (record) => {
      refuseUnknown('session.elevate', options, { for: true, policy: true })
      const { for: duration, policy } = options
      const { policies, now } = this.#handle.context
      const under = policy === undefined ? policies.of(record) : policies.named(policy)
      const until = Math.min(now() + parseDuration(duration, 'elevate'), absoluteEnd(record, under))
      return { fields: fieldsUnder(this.#handle.context, record, policy), ...grant(privilege, until) }
    })
  }

  /** Withdraws a privilege, under a new token. */
  drop(privilege: string, options: { readonly policy?: string | undefined } = {}): Promise<void> {
    return this.#rotate('drop', (record) => {
      refuseUnknown('session.drop', options, { policy: true })
      return { fields: fieldsUnder(this.#handle.context, record, options.policy), ...withdraw(privilege) }
    })
  }

  /** Whether a privilege was granted and its time has not passed. */
  hasPrivilege(privilege: string): boolean {
    return hasPrivilege(this.#handle.record, privilege, this.#handle.context.now())
  }

  /** @throws SessionError `privilege_required` */
  requirePrivilege(privilege: string): void {
    const { record, context } = this.#handle
    const tell = () => context.emit('authz_fail', record, { privilege })
    requirePrivilege(record, privilege, context.now(), tell)
  }

  /**
   * Goes on only if the user authenticated within this time; before what matters (ASVS 7.5.1, 7.5.3).
   * @throws SessionError `reauthentication_required`
   */
  requireFresh(maxAge: Duration): void {
    requireFresh(this.#handle.record, maxAge, this.#handle.context.now())
  }

  /** How the user authenticated last, as `login` and `reauthenticate` were told (RFC 8176: pwd, otp, hwk, …). */
  get authenticationMethods(): readonly string[] {
    return methodsOf(this.#handle.record)
  }

  /**
   * A token for this session's forms and scripts, another text each time. Every one of them is good until the user
   * signs in (again). For a visitor of whom nothing is stored, this stores something.
   */
  csrfToken(): Promise<string> {
    return this.#operations.run('csrfToken', () => giveCsrfToken(this.#handle))
  }

  /**
   * Goes on only with a token that `csrfToken` gave this session, from a form's field or a header.
   * @throws SessionError `csrf_token_invalid`
   */
  verifyCsrfToken(token: unknown): void {
    const { record, context, exchange } = this.#handle
    verifyCsrfToken(token, record, () => context.tellOfCsrf('token', exchange, record))
  }

  /**
   * A new token for the same session: call it whenever the user's privileges change. The old one is dead in the
   * same atomic step, data and timeouts stay. Does nothing for a visitor of whom nothing is stored.
   * @throws SessionError `session_superseded` if another request rotated or ended the session meanwhile,
   *   `answer_started` when the answer can carry no cookie any more; nothing has changed then
   */
  regenerate(): Promise<void> {
    if (this.#handle.record || this.#handle.lost) return this.#rotate('regenerate', () => ({}))
    return Promise.resolve()
  }

  /**
   * Ends the session in the store, then removes the cookie (ASVS 7.4.1). The handle becomes a visitor's.
   * @throws SessionError `store_unavailable` if the store did not confirm it; the user may not be signed out then;
   *   `session_superseded` where the request's token is out of date, or a visitor's session has become a user's
   */
  logout(): Promise<void> {
    return this.#operations.run('logout', async () => {
      const { record, context, exchange } = this.#handle
      if (!record) return confirmGone(this.#handle)
      await endOwn(this.#handle)
      context.emit('session_logout', record, {})
      context.signOff(exchange)
    })
  }

  #rotate(reason: RotationReason, changeOf: (record: SessionRecord) => RotationChange): Promise<void> {
    return this.#operations.run(reason, () => rotateOwn(this.#handle, reason, changeOf))
  }
}
