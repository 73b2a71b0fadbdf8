import type { IncomingMessage } from 'node:http'
import { endOwn } from '../../boundaries/signing-off.ts'
import { isSessionError, SessionError } from '../../errors.ts'
import type { Handle } from '../../request/handle.ts'
import { ended } from '../../request/lost-session.ts'
import { OperationPromise } from '../../request/operation-promise.ts'
import { type MintedToken, mintToken } from '../../secret/token.ts'
import { Session as LatchkeySession } from '../../session.ts'
import { changeOf, type Texts, textsOf } from '../changed-values.ts'
import type { Keeping, SessionKind, SessionObject } from '../session-object.ts'
import { carryOut } from './carrying-out.ts'
import { applyNote, cookieKey } from './cookie-note.ts'
import type { SessionCookieOut } from './cookie-out.ts'
import { planOf, type Standing, userOf } from './plan.ts'
import { refuse, type Settings } from './settings.ts'

type WithSession = IncomingMessage & { session?: unknown }

/** Keeps one request's session object and its record together: the object is read into, compared, and saved. */
export class Keeper implements Keeping, Standing {
  readonly req: WithSession
  readonly settings: Settings
  readonly session: LatchkeySession
  readonly handle: Handle
  readonly out: SessionCookieOut
  /** The token of a session that has no record yet, whose ID the application may have asked for. */
  token: MintedToken | null = null
  sid: string | null = null
  before: Texts = new Map()
  user: string | null = null
  /** Whether the application asks for a record also where there are no values: it has regenerated, or saved. */
  isAskedFor = false
  isOver = false
  readonly #isValue: (name: string, value: unknown) => boolean
  #current: SessionObject | null = null
  #last: Promise<unknown> | null = null
  /** What went wrong in a call that nobody has waited for. */
  #forgotten: { readonly error: unknown; readonly operation: OperationPromise<void> } | null = null

  constructor(
    req: IncomingMessage,
    settings: Settings,
    session: LatchkeySession,
    handle: Handle,
    out: SessionCookieOut,
  ) {
    this.req = req
    this.settings = settings
    this.session = session
    this.handle = handle
    this.out = out
    this.#isValue = (name, value) => isValue(settings.kind, name, value)
  }

  get id(): string {
    if (this.handle.record) return this.handle.record.sid
    this.token ??= mintToken()
    return this.token.sid
  }

  idOf(session: SessionObject): string {
    return session === this.#current ? this.id : refuseFormer()
  }

  /** The session object as the record has it. @throws SessionError `data_unreadable`, `config_invalid` */
  load(): void {
    const { handle, session, settings } = this
    const { now } = handle.context
    const fresh = settings.cookieFor(this.req)
    const cookie = applyNote(handle.record?.data[cookieKey], fresh, now)
    // Where an earlier release let sessions live longer, they live as long as they may now.
    const most = settings.longest ?? settings.idle
    if (cookie !== fresh && (cookie.originalMaxAge ?? 0) > most) cookie.maxAge = most
    const current = settings.kind.make(this, cookie)
    // What has the name of a method, or of the cookie, stays in the store, as it does with express-session.
    const names = session.keys().filter((name) => name !== 'cookie' && !settings.kind.isMethod(name))
    for (const name of names) Reflect.set(current, name, session.get(name))
    this.#current = current
    this.sid = handle.record?.sid ?? null
    this.before = this.textsOf(current)
    this.user = userOf(current, settings)
    this.req.session = current
  }

  /** Whether the session's own time has passed, which may be shorter than the policy's. */
  get isExpired(): boolean {
    const { expires } = this.#current?.cookie ?? {}
    return expires instanceof Date && !(this.handle.context.now() < expires.getTime())
  }

  textsOf(session: SessionObject): Texts {
    const { encode } = this.handle.context.values
    return textsOf(session, this.#isValue, encode)
  }

  isChanged(session: SessionObject): boolean {
    return changeOf(this.before, this.textsOf(session)) !== null
  }

  /** What must be done before the answer goes out; null for nothing. May throw. */
  settle(): Promise<void> | null {
    if (this.#last) return this.#last.then(() => this.settle() ?? undefined)
    if (this.#forgotten && !this.#forgotten.operation.isAwaited) throw this.#forgotten.error
    const plan = planOf(this, this.#present())
    if (plan) return carryOut(this, plan)
    this.out.flush(this.#current?.cookie ?? null)
    return null
  }

  /** Nothing more is saved. What has begun before goes out with the error, or its session would be nobody's. */
  giveUp(): void {
    this.isOver = true
    this.out.flush(null)
  }

  save(session: SessionObject): Promise<void> {
    return this.#run(async () => {
      this.#assertPresent(session)
      // By another API: nothing of it can be saved.
      if (this.sid !== null && !this.handle.record && this.isChanged(session)) throw ended()
      this.isAskedFor = true
      const plan = planOf(this, session)
      if (plan) await carryOut(this, plan)
    })
  }

  reload(session: SessionObject): Promise<void> {
    return this.#run(async () => {
      this.#assertPresent(session)
      const { reloadsVisitors } = this.settings.kind
      if (this.handle.record || !reloadsVisitors)
        await LatchkeySession.run(this.session, 'reload', (handle) => handle.reload())
      this.load()
    })
  }

  regenerate(session: SessionObject, began?: (session: SessionObject) => void): Promise<void> {
    return this.#run(async () => {
      this.#assertPresent(session)
      await this.end('replaced')
      this.isAskedFor = true
      this.load()
      if (this.#current) began?.(this.#current)
    })
  }

  destroy(session: SessionObject): Promise<void> {
    this.#assertPresent(session)
    delete this.req.session
    this.isOver = true
    return this.#run(() => this.session.logout())
  }

  /** Ends the record and leaves the cookie to what follows. Never fails because of a race. */
  async end(reason: 'replaced' | 'idle'): Promise<void> {
    await LatchkeySession.run(this.session, 'regenerate', async (handle) => {
      const { record, context } = handle
      if (record) {
        try {
          await endOwn(handle)
          context.emit('session_expired', record, { reason })
        } catch (error) {
          // It has become a user's meanwhile: that one stays, and this request goes its own way.
          if (!isSessionError(error) || error.code !== 'session_superseded') throw error
          handle.leave()
        }
      }
    })
    this.token = null
    this.before = new Map()
  }

  /** What `req.session` is by now; null where it was taken away. */
  #present(): SessionObject | null {
    const { session } = this.req
    if (session === undefined || session === null) return null
    if (session === this.#current) return this.#current
    return refuse(
      'req.session was replaced by another object, of which nothing would be kept. Write ' +
        'Object.assign(req.session, { … }), or delete its properties.',
    )
  }

  #assertPresent(session: SessionObject): void {
    if (session !== this.#current || this.isOver) refuseFormer()
  }

  #run(act: () => Promise<void>): Promise<void> {
    const result = this.#last ? this.#last.then(act) : act()
    const operation = OperationPromise.of(result)
    const done = () => {
      if (this.#last === settled) this.#last = null
    }
    const settled: Promise<unknown> = result.then(done, (error) => {
      this.#forgotten ??= { error, operation }
      done()
    })
    this.#last = settled
    return operation
  }
}

function isValue({ isMethod }: SessionKind, name: string, value: unknown): boolean {
  // A method that somebody has put something around.
  if (name === 'cookie' || (isMethod(name) && typeof value === 'function')) return false
  if (!isMethod(name)) return true
  throw new SessionError(
    'value_not_json',
    `Session value ${JSON.stringify(name)} has the name of a method of req.session. Rename it.`,
  )
}

function refuseFormer(): never {
  throw Object.assign(ended(), {
    message: 'This session object is of before regenerate, reload or destroy. Write req.session.',
  })
}
