import { createContext } from './context.ts'
import { type CrossOriginCheck, createCrossOriginCheck } from './csrf/cross-origin.ts'
import type { EndedListener } from './endings.ts'
import type { RevocationReason, SessionEventListener, SessionEventName } from './events/events.ts'
import { safeWarn } from './events/listener.ts'
import type { Exchange } from './exchange.ts'
import { createOpening } from './opening.ts'
import { refuseInvalid, type SessionsOptions } from './options.ts'
import { endSession, endSessionsOf, recordsOf } from './revocation.ts'
import type { DataSchemas, InferData, SchemaOptions } from './schema/schema.ts'
import { Session } from './session.ts'
import type { SessionRecord } from './store.ts'
import { createSummary, type SealedSummary, type SessionSummary } from './summary.ts'
import { startSweeping } from './sweeping.ts'
import { isSid } from './token.ts'

export interface OpenOptions {
  /** False leaves the idle timeout running: for polling that is no sign of a user. Default true. */
  readonly touch?: boolean
}

export interface RevokeOptions {
  /** What the events say. Default 'revoked'. */
  readonly reason?: RevocationReason
}

/** `Summary` is what lists show of a session: none of its values where sessions are sealed. */
export interface Sessions<Data extends object = Record<string, unknown>, Summary = SessionSummary<Data>> {
  /**
   * The session of a request; a visitor's handle when it brings no valid token. Costs a visitor nothing.
   * @throws SessionError `store_unavailable` when the request brings a token and the store cannot answer,
   *   `cross_origin_request` when a page of another origin sent it and its method may change something
   */
  open(exchange: Exchange, options?: OpenOptions): Promise<Session<Data>>
  /** The live sessions of a user, newest use first. */
  list(userId: string): Promise<Summary[]>
  /** Ends one session, the user's own or by an administrator (ASVS 7.4.5, 7.5.2); false when there was none. */
  revoke(sid: string, options?: RevokeOptions): Promise<boolean>
  /**
   * Ends the sessions of a user, all (the account was disabled or deleted, ASVS 7.4.2) or all but one (a factor was
   * changed, 7.4.3); how many. A sign-in that is under way may come after it: look at the account after `login` too.
   */
  revokeUser(userId: string, options?: RevokeOptions & { readonly except?: string | null }): Promise<number>
  /** Ends every session of this store (ASVS 7.4.5), visitors' too; how many. */
  revokeAll(options?: RevokeOptions): Promise<number>
  /**
   * Calls the listener with the sid of every session that is logged out, revoked or found expired, null for all of
   * them: at once for this process, and for the others as soon as a store that announces tells it. May be called
   * twice for one ending. The returned function stops it. For open connections, `session.signal` is simpler.
   */
  onEnded(listener: EndedListener): () => void
  /**
   * Calls the listener for each event of that name in this process. What it throws, or its promise rejects with, is a
   * warning. The returned function stops it.
   */
  on<Name extends SessionEventName>(name: Name, listener: SessionEventListener<Name>): () => void
  /** Stops sweeping and listening, and closes the store. */
  close(): Promise<void>
}

interface InTheClear {
  readonly sealed?: false
}

/**
 * Sessions over a store. The data is typed by its schemas (`data`), or by `Data`, which costs nothing at run time.
 * @throws SessionError `config_invalid` for a configuration that cannot work, saying what to write instead
 */
export function createSessions<Schemas extends DataSchemas>(
  options: SessionsOptions & SchemaOptions<Schemas> & InTheClear,
): Sessions<InferData<Schemas>>
export function createSessions<Schemas extends DataSchemas>(
  options: SessionsOptions & SchemaOptions<Schemas>,
): Sessions<InferData<Schemas>, SealedSummary>
export function createSessions<Data extends object = Record<string, unknown>>(
  options: SessionsOptions & InTheClear,
): Sessions<Data>
export function createSessions<Data extends object = Record<string, unknown>>(
  options: SessionsOptions,
): Sessions<Data, SealedSummary>
export function createSessions<Data extends object>(
  options: SessionsOptions & Partial<SchemaOptions>,
): Sessions<Data> {
  refuseInvalid(options)
  const { telemetry } = options
  if (!telemetry) return start(options)
  return telemetry.sessions(start<Data>({ ...options, store: telemetry.store(options.store) }))
}

function start<Data extends object>(options: SessionsOptions & Partial<SchemaOptions>): Sessions<Data> {
  const { store, now = Date.now } = options
  const warn = safeWarn(options.warn ?? console.warn)
  const context = createContext(options, isOpen)
  const { endings, streams } = context
  const sweeping = startSweeping(store, options.sweepInterval ?? '5m', now, warn)
  const opening = createOpening(context)
  const { crossOrigin = {} } = options
  const assertSameOrigin = crossOrigin === false ? null : createCrossOriginCheck(crossOrigin)

  async function open(exchange: Exchange, { touch = true }: OpenOptions = {}): Promise<Session<Data>> {
    if (assertSameOrigin) assertSame(assertSameOrigin, exchange)
    const record = await opening(exchange, touch)
    // Caches may keep what visitors see, but not give it to somebody with a cookie.
    if (record) exchange.setHeader('cache-control', 'no-store')
    else exchange.setHeader('vary', 'Cookie')
    return new Session<Data>(context, exchange, record)
  }

  function assertSame(assertSameOrigin: CrossOriginCheck, exchange: Exchange): void {
    try {
      assertSameOrigin(exchange)
    } catch (error) {
      context.tellOfCsrf('origin', exchange, null)
      throw error
    }
  }

  async function isOpen(watched: SessionRecord): Promise<boolean> {
    const record = await context.read(watched.sid, { fresh: true })
    return record !== null && record.userId === watched.userId && context.isLive(record)
  }

  async function list(userId: string): Promise<SessionSummary<Data>[]> {
    const records = await recordsOf(context, userId)
    return records
      .filter(context.isLive)
      .sort((a, b) => b.lastSeenAt - a.lastSeenAt)
      .map((record) => createSummary<Data>(record, context))
  }

  return {
    open,
    list,
    async revoke(sid, { reason = 'revoked' } = {}) {
      if (!isSid(sid)) return false
      const record = await context.read(sid, { fresh: true })
      return endSession(context, record ?? { sid, userId: null }, reason)
    },
    revokeUser: (userId, { reason = 'revoked', except = null } = {}) =>
      endSessionsOf(context, userId, reason, except),
    async revokeAll({ reason = 'revoked' } = {}) {
      const count = await context.deleteAll()
      endings.ended(null)
      context.events.emit('session_expired_all', { reason, count, at: now() })
      return count
    },
    onEnded: (listener) => endings.listen(listener),
    on: (name, listener) => context.events.on(name, listener),
    async close() {
      sweeping.stop()
      streams.close()
      await endings.close()
      await store.close?.()
    },
  }
}
