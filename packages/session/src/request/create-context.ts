import { createClients, createDescribeClient } from '../clients/client.ts'
import { createCookie } from '../cookie/cookie.ts'
import { createRefusalWarning } from '../cookie/warning.ts'
import { createEndings } from '../ending/endings.ts'
import { endSession } from '../ending/revocation.ts'
import { createStreams } from '../ending/streams.ts'
import { SessionError } from '../errors.ts'
import { createEvents } from '../events/events.ts'
import { safeWarn } from '../events/listener.ts'
import { createClearing } from '../navigation/clearing.ts'
import { setAccompanied } from '../navigation/companion.ts'
import type { SessionsOptions } from '../options.ts'
import { parseDuration } from '../policies/duration.ts'
import { createLimit } from '../policies/limit.ts'
import { createPolicies } from '../policies/policies.ts'
import { absoluteEnd, judge } from '../policies/policy.ts'
import { createDeadline } from '../record/deadline.ts'
import { anyValues } from '../record/values.ts'
import type { SchemaOptions } from '../schema/schema.ts'
import { schemaValues } from '../schema/schema-values.ts'
import type { SessionRecord } from '../store.ts'
import type { SessionContext } from './context.ts'

/** @throws SessionError `config_invalid` */
export function createContext(
  options: SessionsOptions & Partial<SchemaOptions>,
  isOpen: (record: SessionRecord) => Promise<boolean>,
): SessionContext {
  const { store, data, now = Date.now } = options
  const warn = safeWarn(options.warn ?? console.warn)
  const cookie = createCookie(options.cookie)
  const policies = createPolicies(options)
  const storeTimeout = parseDuration(options.storeTimeout ?? '2s', 'storeTimeout')
  const withDeadline = createDeadline(storeTimeout)
  // For what touches every record there is: a million rows take a database seconds, and it would go on anyway.
  const withLongDeadline = createDeadline(storeTimeout * 100)
  const maxBytes = options.maxRecordBytes ?? 65_536
  const warnIfRefused = createRefusalWarning(cookie, warn)
  const endings = createEndings(store, warn)
  const events = createEvents(warn)
  const describeClient = createDescribeClient(options)
  const { clients = false } = options
  const { clearSiteData = ['cache', 'storage'] } = options
  const clearing = createClearing(clearSiteData || [], cookie.name, cookie.remove())
  const streamCheckInterval = parseDuration(options.streamCheckInterval ?? '5s', 'streamCheckInterval')
  const context: SessionContext = {
    cookie,
    policies,
    streams: createStreams(streamCheckInterval, endings, isOpen),
    endings,
    events,
    limit: options.sessionsPerUser
      ? createLimit(options.sessionsPerUser, {
          listLive: async (userId) => (await context.list(userId)).filter(context.isLive),
          async evict(record) {
            await endSession(context, record, 'excess')
          },
          exceeded: (who, more) => context.emit('excess_sessions_exceeded', who, more),
        })
      : null,
    clients: clients ? createClients(clients === true ? {} : clients, describeClient, warn) : null,
    describeClient,
    tokenReuseEnds: options.tokenReuseEnds ?? 'session',
    readsCopies: (store.maxStale ?? 0) > 0,
    sealed: options.sealed ?? false,
    values: data ? schemaValues({ ...options, data }, warn) : anyValues,
    now,
    isLive: (record) => judge(record, policies.of(record), now()) === 'live',
    create: (record) => withDeadline('create', () => store.create(record)),
    read: (sid, options) => withDeadline('read', () => store.read(sid, options)),
    update: (sid, patch) => withDeadline('update', () => store.update(sid, patch)),
    list: (userId) => withDeadline('list', () => store.list(userId)),
    deleteAll: () => withLongDeadline('deleteAll', () => store.deleteAll()),
    async end(sid, guard) {
      const existed = await withDeadline('delete', () => store.delete(sid, guard))
      if (existed || !guard) endings.ended(sid)
      return existed
    },
    async endUnreadable(record) {
      const existed = await context.end(record.sid, { secretHash: record.secretHash })
      if (existed) context.emit('session_expired', record, { reason: 'unreadable' })
      return existed
    },
    assertSize(data) {
      const bytes = dataBytes(data)
      if (bytes <= maxBytes) return
      throw new SessionError(
        'record_too_large',
        `The session's data would take ${bytes} bytes, over maxRecordBytes (${maxBytes}); nothing was stored. ` +
          'Keep large values in a database and their id in the session.',
      )
    },
    issueCookie(exchange, record, token) {
      warnIfRefused(exchange)
      const policy = policies.of(record)
      const life = policy.persistent ? absoluteEnd(record, policy) - now() : null
      setAccompanied(exchange, cookie.name, cookie.issue(token, life))
      exchange.setHeader('cache-control', 'no-store')
    },
    signOff(exchange) {
      setAccompanied(exchange, cookie.name, cookie.remove())
      exchange.setHeader('cache-control', 'no-store')
      clearing.clear(exchange)
    },
    clearAgain: clearing.clearAgain,
    tellOfCsrf(reason, exchange, record) {
      const { method } = exchange
      context.emit('malicious_csrf', record, { reason, method, client: describeClient(exchange) })
    },
    emit(name, who, more) {
      const { sid, userId } = who ?? { sid: null, userId: null }
      events.emit(name, { sid, userId, at: now(), ...more } as never)
    },
  }
  return context
}

function dataBytes(data: Readonly<Record<string, string>>): number {
  let bytes = 0
  for (const [key, text] of Object.entries(data)) bytes += Buffer.byteLength(key) + Buffer.byteLength(text)
  return bytes
}
