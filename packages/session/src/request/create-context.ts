import { createClients, createDescribeClient } from '../clients/client.ts'
import { createCookie } from '../cookie/cookie.ts'
import { createRefusalWarning } from '../cookie/warning.ts'
import { createDeadline } from '../deadline/deadline.ts'
import { createEndings } from '../ending/endings.ts'
import { endSession } from '../ending/revocation.ts'
import { createStreams } from '../ending/streams.ts'
import { createEvents } from '../events/events.ts'
import { createTellForgotten } from '../events/forgotten-await.ts'
import { safeWarn } from '../events/listener.ts'
import type { Exchange } from '../exchange.ts'
import { unlink } from '../links/link.ts'
import { createClearing } from '../navigation/clearing.ts'
import { setAccompanied } from '../navigation/companion.ts'
import type { SessionsOptions } from '../options.ts'
import { createClock } from '../policies/clock.ts'
import { parseDuration } from '../policies/duration.ts'
import { createLimit } from '../policies/limit.ts'
import { createPolicies } from '../policies/policies.ts'
import { absoluteEnd, judge } from '../policies/policy.ts'
import { isNoteSid } from '../record/note.ts'
import { isRefreshToken } from '../record/refresh-token.ts'
import { assertSize } from '../record/values/size.ts'
import { anyValues } from '../record/values/values.ts'
import type { SchemaOptions } from '../schema/schema.ts'
import { schemaValues } from '../schema/schema-values.ts'
import { createOvertaken } from '../secret/overtaken.ts'
import type { Ending, SessionContext } from './context.ts'
import { createTurns } from './turns.ts'

/** @throws SessionError `config_invalid` */
export function createContext(options: SessionsOptions & Partial<SchemaOptions>): SessionContext {
  const { store, data } = options
  const clock = createClock(options.now ?? Date.now)
  const { now } = clock
  const overtaken = createOvertaken()
  const warn = safeWarn(options.warn ?? console.warn)
  const cookie = createCookie(options.cookie)
  const policies = createPolicies(options, options.tokens?.refresh?.policy ?? null)
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
  // Cookies of the scopes that `cookie.formerly` names, which would come along for ever. Before the cookie itself: what
  // keeps one line for a name, as Next's `cookies()` does, keeps the last.
  function cleanFormer(exchange: Exchange): void {
    for (const [at, line] of cookie.formerRemovals.entries()) exchange.setCookie(`${cookie.name} ${at}`, line)
  }

  const context: SessionContext = {
    cookie,
    opens: 'sessions',
    policies,
    streams: createStreams(streamCheckInterval, endings, async (sid) => {
      const record = await context.read(sid, { fresh: true })
      return record && context.isLive(record) ? record : null
    }),
    endings,
    events,
    limit: options.sessionsPerUser
      ? createLimit(options.sessionsPerUser, {
          now,
          // A refresh token is a part of its session, and goes with it.
          listLive: async (userId, since) =>
            (await context.list(userId, since)).filter(
              (each) => !isRefreshToken(each) && context.isLive(each),
            ),
          async evict(record, since) {
            await endSession(context, record, 'excess', since)
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
    clock,
    overtaken,
    turns: createTurns(),
    warn,
    now,
    isLive(record) {
      const at = now()
      return judge(clock.settled(record, at), policies.of(record), at) === 'live'
    },
    create: (record, since) => withDeadline('create', () => store.create(record), since),
    read: (sid, options, since) => withDeadline('read', () => store.read(sid, options), since),
    update: (sid, patch, since) => withDeadline('update', () => store.update(sid, patch), since),
    async list(userId, since) {
      const records = await withDeadline('list', () => store.list(userId), since)
      const at = now()
      return records.filter(({ policy }) => !isNoteSid(policy)).map((record) => clock.settled(record, at))
    },
    notes: (owner) => withDeadline('list', () => store.list(owner)),
    async removeNote(sid) {
      await withDeadline('delete', () => store.delete(sid))
    },
    async deleteAll() {
      const count = await withLongDeadline('deleteAll', () => store.deleteAll())
      overtaken.ended(null)
      endings.ended(null)
      return count
    },
    async end(record, guard, since) {
      const { sid } = record
      // Not read before it is gone: its values may be unreadable, which is why it ends.
      const leadingTo = holdsData(record) ? record : await context.read(sid, { fresh: true }, since)
      const existed = await withDeadline('delete', () => store.delete(sid, guard), since)
      if (!existed && guard) return false
      overtaken.ended(sid)
      endings.ended(sid)
      if (leadingTo) await unlink(context, leadingTo)
      return existed
    },
    async confirmEnded(sid, guard) {
      if (store.confirmDeleted) await withDeadline('delete', async () => store.confirmDeleted?.(sid, guard))
    },
    async endUnreadable(record) {
      const existed = await context.end(record, { secretHash: record.secretHash })
      if (existed) context.emit('session_expired', record, { reason: 'unreadable' })
      return existed
    },
    assertSize: (data, before) => assertSize(data, maxBytes, before),
    issueCookie(exchange, record, token, since, until = Number.POSITIVE_INFINITY) {
      warnIfRefused(exchange)
      const policy = policies.of(record)
      const life = policy.persistent ? absoluteEnd(record, policy) - now() : null
      const isCurrent = () => !overtaken.isOvertaken(record.sid, token.secretHash, since)
      const line = cookie.issue(token.text, life)
      cleanFormer(exchange)
      setAccompanied(exchange, cookie.name, line, () => isCurrent() && now() <= until)
      exchange.setHeader('cache-control', 'no-store')
    },
    signOff(exchange) {
      cleanFormer(exchange)
      setAccompanied(exchange, cookie.name, cookie.remove())
      exchange.setHeader('cache-control', 'no-store')
      clearing.clear(exchange)
    },
    clearData(exchange) {
      exchange.setHeader('cache-control', 'no-store')
      clearing.clearData(exchange)
    },
    clearAgain: clearing.clearAgain,
    tellForgotten: createTellForgotten(warn),
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

function holdsData(record: Ending): record is Required<Ending> {
  return 'data' in record
}
