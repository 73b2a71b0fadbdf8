import { type CrossOriginCheck, createCrossOriginCheck } from './csrf/cross-origin.ts'
import { endSession, endSessionsOf, recordsOf } from './ending/revocation.ts'
import { startSweeping } from './ending/sweeping.ts'
import { safeWarn } from './events/listener.ts'
import type { Exchange } from './exchange.ts'
import { accompany, removeIfSpent } from './navigation/companion.ts'
import { refuseInvalid, type SessionsOptions } from './options.ts'
import { createSummary, type SealedSummary, type SessionSummary } from './record/summary.ts'
import { createContext } from './request/create-context.ts'
import { createOpening } from './request/opening.ts'
import { isSid } from './request/token.ts'
import type { DataSchemas, InferData, SchemaOptions } from './schema/schema.ts'
import { Session } from './session.ts'
import type { OpenOptions, Sessions } from './sessions.ts'
import type { SessionRecord } from './store.ts'

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

  async function open(
    exchange: Exchange,
    { touch = true, reEntry = false }: OpenOptions = {},
  ): Promise<Session<Data>> {
    if (assertSameOrigin) assertSame(assertSameOrigin, exchange)
    const { cookie } = context
    if (reEntry) accompany(exchange, cookie.name)
    const record = await opening(exchange, touch)
    if (reEntry && !record) removeIfSpent(exchange, cookie.name, cookie.remove())
    if (!record) context.clearAgain(exchange)
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
