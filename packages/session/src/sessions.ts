import { createContext } from './context.ts'
import { createCrossOriginCheck } from './cross-origin.ts'
import type { EndedListener } from './endings.ts'
import type { SessionEventListener, SessionEventName } from './events.ts'
import type { Exchange } from './exchange.ts'
import { createOpening } from './opening.ts'
import { refuseInvalid, type SessionsOptions } from './options.ts'
import type { DataSchemas, InferData, SchemaOptions } from './schema.ts'
import { Session } from './session.ts'
import type { SessionRecord } from './store.ts'
import { isStorable } from './stored-text.ts'
import { createSummary, type SealedSummary, type SessionSummary } from './summary.ts'
import { startSweeping } from './sweeping.ts'
import { isSid } from './token.ts'

export interface OpenOptions {
  /** False leaves the idle timeout running: for polling that is no sign of a user. Default true. */
  readonly touch?: boolean
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
  /** Ends one session; false when there was none. */
  revoke(sid: string): Promise<boolean>
  /** Ends the sessions of a user, all or all but one; how many. */
  revokeUser(userId: string, options?: { readonly except?: string | null }): Promise<number>
  /** Ends every session of this store; how many. */
  revokeAll(): Promise<number>
  /**
   * Calls the listener with the sid of every session that is logged out, revoked or found expired, null for all of
   * them: at once for this process, and for the others as soon as a store that announces tells it. May be called
   * twice for one ending. The returned function stops it. For open connections, `session.signal` is simpler.
   */
  onEnded(listener: EndedListener): () => void
  /** Calls the listener for each event of that name in this process. The returned function stops it. */
  on<Name extends SessionEventName>(name: Name, listener: SessionEventListener<Name>): () => void
  /** Stops sweeping and listening, and closes the store. */
  close(): Promise<void>
}

const revokedAtOnce = 100

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
  const { store, now = Date.now, warn = console.warn } = options
  const context = createContext(options, isOpen)
  const { endings, streams } = context
  const sweeping = startSweeping(store, options.sweepInterval ?? '5m', now, warn)
  const opening = createOpening(context)
  const { crossOrigin = {} } = options
  const assertSameOrigin = crossOrigin === false ? null : createCrossOriginCheck(crossOrigin)

  async function open(exchange: Exchange, { touch = true }: OpenOptions = {}): Promise<Session<Data>> {
    assertSameOrigin?.(exchange)
    const record = await opening(exchange, touch)
    // Caches may keep what visitors see, but not give it to somebody with a cookie.
    if (record) exchange.setHeader('cache-control', 'no-store')
    else exchange.setHeader('vary', 'Cookie')
    return new Session<Data>(context, exchange, record)
  }

  async function isOpen(watched: SessionRecord): Promise<boolean> {
    const record = await context.read(watched.sid, { fresh: true })
    return record !== null && record.userId === watched.userId && context.isLive(record)
  }

  // No session was ever stored for a user id that cannot be stored; some stores would fail on it.
  const recordsOf = async (userId: string): Promise<SessionRecord[]> =>
    isStorable(userId) ? context.list(userId) : []

  async function list(userId: string): Promise<SessionSummary<Data>[]> {
    const records = await recordsOf(userId)
    return records
      .filter(context.isLive)
      .sort((a, b) => b.lastSeenAt - a.lastSeenAt)
      .map((record) => createSummary<Data>(record, context))
  }

  async function revokeOne(record: Pick<SessionRecord, 'sid' | 'userId'>): Promise<boolean> {
    const existed = await context.end(record.sid)
    if (existed) context.emit('session_expired', record, { reason: 'revoked' })
    return existed
  }

  async function revokeUser(
    userId: string,
    { except }: { readonly except?: string | null } = {},
  ): Promise<number> {
    const records = await recordsOf(userId)
    const doomed = records.filter((record) => record.sid !== except)
    let count = 0
    // In batches: the deadline is for one operation, not for waiting behind ten thousand others.
    for (let at = 0; at < doomed.length; at += revokedAtOnce) {
      const batch = doomed.slice(at, at + revokedAtOnce)
      count += (await Promise.all(batch.map((record) => revokeOne(record)))).filter(Boolean).length
    }
    return count
  }

  return {
    open,
    list,
    revoke: async (sid) => isSid(sid) && revokeOne({ sid, userId: null }),
    revokeUser,
    async revokeAll() {
      const count = await context.deleteAll()
      endings.ended(null)
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
