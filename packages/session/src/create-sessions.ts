import { type CrossOriginCheck, createCrossOriginCheck } from './csrf/cross-origin.ts'
import { endSession, endSessionsOf, endWithParent, recordsOf } from './ending/revocation.ts'
import { startSweeping } from './ending/sweeping.ts'
import { createReport } from './events/report.ts'
import type { Exchange } from './exchange.ts'
import { refuseUnknown } from './known-options.ts'
import { accompany, removeIfSpent } from './navigation/companion.ts'
import { refuseInvalid, type SessionsOptions } from './options.ts'
import { isRefreshToken } from './record/refresh-token.ts'
import { createSummary, type SealedSummary, type SessionSummary } from './record/summary.ts'
import type { StorableData } from './record/values/storable.ts'
import { createContext } from './request/create-context.ts'
import { createOpening } from './request/opening.ts'
import type { DataSchemas, InferData, SchemaOptions } from './schema/schema.ts'
import { isSid } from './secret/token.ts'
import { Session } from './session.ts'
import type { OpenOptions, Sessions } from './sessions.ts'
import type { SessionStore } from './store.ts'
import type { SessionWithTokens } from './tokens/issue/token-session.ts'
import type { Tokens } from './tokens/issue/tokens.ts'

interface InTheClear {
  readonly sealed?: false | undefined
}

/** What makes sessions issue tokens. */
export interface IssuingOptions<Claims extends object, Audience extends string> {
  readonly tokens: Tokens<Claims, Audience>
}

/**
 * Sessions over a store. The data is typed by its schemas (`data`), or by `Data`, which costs nothing at run time.
 * @throws SessionError `config_invalid` for a configuration that cannot work, saying what to write instead
 */
export function createSessions<Schemas extends DataSchemas, Claims extends object, Audience extends string>(
  options: SessionsOptions & SchemaOptions<Schemas> & InTheClear & IssuingOptions<Claims, Audience>,
): Sessions<
  InferData<Schemas>,
  SessionSummary<InferData<Schemas>>,
  SessionWithTokens<InferData<Schemas>, Claims, Audience>
>
export function createSessions<Schemas extends DataSchemas, Claims extends object, Audience extends string>(
  options: SessionsOptions & SchemaOptions<Schemas> & IssuingOptions<Claims, Audience>,
): Sessions<InferData<Schemas>, SealedSummary, SessionWithTokens<InferData<Schemas>, Claims, Audience>>
export function createSessions<
  Data extends StorableData<Data> & object = Record<string, unknown>,
  Claims extends object = Record<string, unknown>,
  Audience extends string = string,
>(
  options: SessionsOptions & InTheClear & IssuingOptions<Claims, Audience>,
): Sessions<Data, SessionSummary<Data>, SessionWithTokens<Data, Claims, Audience>>
export function createSessions<
  Data extends StorableData<Data> & object = Record<string, unknown>,
  Claims extends object = Record<string, unknown>,
  Audience extends string = string,
>(
  options: SessionsOptions & IssuingOptions<Claims, Audience>,
): Sessions<Data, SealedSummary, SessionWithTokens<Data, Claims, Audience>>
export function createSessions<Schemas extends DataSchemas>(
  options: SessionsOptions & SchemaOptions<Schemas> & InTheClear,
): Sessions<InferData<Schemas>>
export function createSessions<Schemas extends DataSchemas>(
  options: SessionsOptions & SchemaOptions<Schemas>,
): Sessions<InferData<Schemas>, SealedSummary>
export function createSessions<Data extends StorableData<Data> & object = Record<string, unknown>>(
  options: SessionsOptions & InTheClear,
): Sessions<Data>
export function createSessions<Data extends StorableData<Data> & object = Record<string, unknown>>(
  options: SessionsOptions,
): Sessions<Data, SealedSummary>
export function createSessions<Data extends object>(
  options: SessionsOptions & Partial<SchemaOptions>,
): Sessions<Data> {
  refuseInvalid(options)
  const { telemetry } = options
  const sessions = start<Data>({ ...options, store: layeredStore(options) })
  return telemetry ? telemetry.sessions(sessions) : sessions
}

/** The store with what is done around each of its operations. */
function layeredStore({ store, telemetry, tokens, now = Date.now }: SessionsOptions): SessionStore {
  const watched = telemetry ? telemetry.store(store) : store
  return tokens ? tokens.layer.store(watched, store, now) : watched
}

function start<Data extends object>(options: SessionsOptions & Partial<SchemaOptions>): Sessions<Data> {
  const { store, tokens } = options
  const context = createContext(options)
  const { endings, streams, warn } = context
  const sweeping = startSweeping(store, options.sweepInterval ?? '5m', options.now ?? Date.now, warn)
  const opening = createOpening(context)
  const { crossOrigin = {} } = options
  const assertSameOrigin = crossOrigin === false ? null : createCrossOriginCheck(crossOrigin)

  // A middleware that is mounted twice, or two that differ in options, have one handle: nothing of the first is lost.
  const opened = Symbol('latchkey session')
  type Asked = Exchange & { [opened]?: Session<Data> }

  async function open(exchange: Exchange, options: OpenOptions = {}): Promise<Session<Data>> {
    const asked = exchange as Asked
    if (asked[opened]) return asked[opened]
    if (assertSameOrigin) assertSame(assertSameOrigin, exchange)
    const { cookie } = context
    const { touch = isNoPrefetch, reEntry = false } = options
    if (reEntry) accompany(exchange, cookie.name)
    const found = await opening(exchange, touch)
    if (reEntry && !found.record) removeIfSpent(exchange, cookie.name, cookie.remove())
    if (!found.record) context.clearAgain(exchange)
    if (found.record) exchange.setHeader('cache-control', 'no-store')
    // Caches may keep what the application lets them, but not give it to somebody with another cookie.
    exchange.setHeader('vary', 'Cookie')
    const session = tokens
      ? tokens.layer.session<Data>(context, exchange, found)
      : new Session<Data>(context, exchange, found)
    if (Object.isExtensible(asked)) asked[opened] = session
    return session
  }

  function assertSame(assertSameOrigin: CrossOriginCheck, exchange: Exchange): void {
    try {
      assertSameOrigin(exchange)
    } catch (error) {
      context.tellOfCsrf('origin', exchange, null)
      throw error
    }
  }

  async function list(userId: string): Promise<SessionSummary<Data>[]> {
    const records = await recordsOf(context, userId)
    const live = records.filter(context.isLive).sort((a, b) => b.lastSeenAt - a.lastSeenAt)
    const tokens = live.filter(isRefreshToken)
    return live
      .filter((record) => !isRefreshToken(record))
      .map((record) => createSummary<Data>(record, context, tokens))
  }

  return {
    open,
    report: createReport(warn),
    list,
    async revoke(sid, options = {}) {
      refuseUnknown('sessions.revoke', options, { reason: true, userId: true })
      const { reason = 'revoked', userId } = options
      if (!isSid(sid)) return false
      const record = await context.read(sid, { fresh: true })
      // A session's user never becomes another one, so nothing can come between.
      if (userId !== undefined && record?.userId !== userId) return false
      return record
        ? endWithParent(context, record, reason)
        : endSession(context, { sid, userId: null, data: {} }, reason)
    },
    async revokeUser(userId, options = {}) {
      refuseUnknown('sessions.revokeUser', options, { reason: true, except: true })
      return endSessionsOf(context, userId, options.reason ?? 'revoked', options.except ?? null)
    },
    async revokeAll(options = {}) {
      refuseUnknown('sessions.revokeAll', options, { reason: true })
      const { reason = 'revoked' } = options
      const count = await context.deleteAll()
      context.events.emit('session_expired_all', { reason, count, at: context.now() })
      return count
    },
    context,
    declaring: {
      cookie: options.cookie,
      policies: context.policies.all,
      sessionsPerUser: options.sessionsPerUser,
      tokenReuseEnds: context.tokenReuseEnds,
      tokens,
    },
    ...(tokens && { refreshing: tokens.layer.refreshing(context) }),
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

/** A page that a browser loads on the chance that its user goes there (HTML, prefetch) is no sign of one. */
function isNoPrefetch(exchange: Exchange): boolean {
  return !/\bprefetch\b/.test(exchange.header('sec-purpose') ?? exchange.header('purpose') ?? '')
}
