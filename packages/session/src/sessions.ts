import type { SessionContext } from './context.ts'
import { type CookieOptions, createCookie } from './cookie.ts'
import { createDeadline, isPromise } from './deadline.ts'
import { type Duration, parseDuration } from './duration.ts'
import { createEndings, type EndedListener } from './endings.ts'
import { SessionError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { createPolicy, expiryOf, isTouchDue, judge, type PolicyOptions } from './policy.ts'
import { Session } from './session.ts'
import type { SessionRecord, SessionStore } from './store.ts'
import { isStorable } from './stored-text.ts'
import { createStreams } from './streams.ts'
import { createSummary, type SessionSummary } from './summary.ts'
import { startSweeping } from './sweeping.ts'
import { isSid, parseToken, sameHash, type Token } from './token.ts'
import { createRefusalWarning } from './warning.ts'

export interface SessionsOptions extends PolicyOptions {
  readonly store: SessionStore
  readonly cookie?: CookieOptions
  /** Bytes of all keys and values of one session together. Default 65536. */
  readonly maxRecordBytes?: number
  /** How long a request waits for the store before it is refused. Default '2s'. */
  readonly storeTimeout?: Duration
  /** How often ended records are removed from a store that does not do so by itself; false: never. Default '5m'. */
  readonly sweepInterval?: Duration | false
  /**
   * How soon an open stream ends when a timeout passed, or when another process ended its session and the store
   * does not announce that. Default '5s'.
   */
  readonly streamCheckInterval?: Duration
  /** Milliseconds since the epoch. Default Date.now; tests give their own. */
  readonly now?: () => number
  /** Where the few warnings go. Default console.warn. */
  readonly warn?: (message: string) => void
}

export interface OpenOptions {
  /** False leaves the idle timeout running: for polling that is no sign of a user. Default true. */
  readonly touch?: boolean
}

export interface Sessions<Data extends object = Record<string, unknown>> {
  /**
   * The session of a request; a visitor's handle when it brings no valid token. Costs a visitor nothing.
   * @throws SessionError `store_unavailable` when the request brings a token and the store cannot answer
   */
  open(exchange: Exchange, options?: OpenOptions): Promise<Session<Data>>
  /** The live sessions of a user, newest use first. */
  list(userId: string): Promise<SessionSummary<Data>[]>
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
  /** Stops sweeping and listening, and closes the store. */
  close(): Promise<void>
}

const revokedAtOnce = 100

const knownOptions = new Set(
  ['store', 'cookie', 'idleTimeout', 'absoluteTimeout', 'maxRecordBytes', 'storeTimeout'].concat(
    ['sweepInterval', 'streamCheckInterval', 'now', 'warn'], //
  ),
)

/**
 * Sessions over a store. `Data` types the values; it costs nothing at run time.
 * @throws SessionError `config_invalid` for a configuration that cannot work, saying what to write instead
 */
export function createSessions<Data extends object = Record<string, unknown>>(
  options: SessionsOptions,
): Sessions<Data> {
  refuseInvalid(options)
  const { store, now = Date.now, warn = console.warn } = options
  const cookie = createCookie(options.cookie)
  const policy = createPolicy('default', options)
  const withDeadline = createDeadline(parseDuration(options.storeTimeout ?? '2s', 'storeTimeout'))
  const maxBytes = options.maxRecordBytes ?? 65_536
  const warnIfRefused = createRefusalWarning(cookie, warn)
  const endings = createEndings(store, warn)
  const streams = createStreams(
    parseDuration(options.streamCheckInterval ?? '5s', 'streamCheckInterval'),
    endings,
    isOpen,
  )
  const sweeping = startSweeping(store, options.sweepInterval ?? '5m', now, warn)

  const context: SessionContext = {
    policy,
    streams,
    now,
    create: (record) => withDeadline('create', () => store.create(record)),
    read: (sid, options) => withDeadline('read', () => store.read(sid, options)),
    update: (sid, patch) => withDeadline('update', () => store.update(sid, patch)),
    async end(sid) {
      const existed = await withDeadline('delete', () => store.delete(sid))
      endings.ended(sid)
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
    issueCookie(exchange, token) {
      warnIfRefused(exchange)
      exchange.setCookie(cookie.name, cookie.issue(token))
    },
    removeCookie: (exchange) => exchange.setCookie(cookie.name, cookie.remove()),
  }

  async function open(exchange: Exchange, { touch = true }: OpenOptions = {}): Promise<Session<Data>> {
    const text = cookie.find(exchange.header('cookie'))
    const token = text === null ? null : parseToken(text)
    if (token === null) return new Session<Data>(context, exchange, null)
    const answer = context.read(token.sid)
    let record = isPromise(answer) ? await answer : answer
    const time = now()
    // A copy can only be out of date: what it would refuse is asked of the store itself.
    if (store.maxStale && record !== null && !opens(record, token, time)) {
      record = await context.read(token.sid, { fresh: true })
    }
    if (record === null || !sameHash(record.secretHash, token.secretHash)) {
      return new Session<Data>(context, exchange, null)
    }
    const isLive = judge(record, policy, time) === 'live'
    if (isLive && !(touch && isTouchDue(record, policy, time)))
      return new Session<Data>(context, exchange, record)
    return new Session<Data>(context, exchange, await (isLive ? touched(record, time) : bury(record)))
  }

  function opens(record: SessionRecord, token: Token, time: number): boolean {
    return sameHash(record.secretHash, token.secretHash) && judge(record, policy, time) === 'live'
  }

  /** Removes a record whose time is up. Nobody is in it any more. */
  async function bury(record: SessionRecord): Promise<null> {
    // Guarded: a login in another request may have restarted the timeouts since this record was read.
    const guard = { secretHash: record.secretHash, rev: record.rev }
    if (await withDeadline('delete', () => store.delete(record.sid, guard))) endings.ended(record.sid)
    return null
  }

  /** Writes that the session was used; null when it has ended or got another secret meanwhile. */
  async function touched(record: SessionRecord, time: number): Promise<SessionRecord | null> {
    const fields = { lastSeenAt: time, expiresAt: expiryOf({ ...record, lastSeenAt: time }, policy) }
    // Guarded: after a rotation meanwhile, the presented secret is dead and these times are out of date.
    const guard = { secretHash: record.secretHash }
    const isDone = await context.update(record.sid, { fields, guard, owner: record.userId })
    return isDone ? { ...record, ...fields, rev: record.rev + 1 } : null
  }

  async function isOpen(watched: SessionRecord): Promise<boolean> {
    const record = await context.read(watched.sid, { fresh: true })
    return record !== null && record.userId === watched.userId && judge(record, policy, now()) === 'live'
  }

  // No session was ever stored for a user id that cannot be stored; some stores would fail on it.
  const recordsOf = async (userId: string): Promise<SessionRecord[]> =>
    isStorable(userId) ? withDeadline('list', () => store.list(userId)) : []

  async function list(userId: string): Promise<SessionSummary<Data>[]> {
    const records = await recordsOf(userId)
    const time = now()
    return records
      .filter((record) => judge(record, policy, time) === 'live')
      .sort((a, b) => b.lastSeenAt - a.lastSeenAt)
      .map((record) => createSummary<Data>(record))
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
      count += (await Promise.all(batch.map((record) => context.end(record.sid)))).filter(Boolean).length
    }
    return count
  }

  return {
    open,
    list,
    revoke: async (sid) => isSid(sid) && context.end(sid),
    revokeUser,
    async revokeAll() {
      const count = await withDeadline('deleteAll', () => store.deleteAll())
      endings.ended(null)
      return count
    },
    onEnded: (listener) => endings.listen(listener),
    async close() {
      sweeping.stop()
      streams.close()
      await endings.close()
      await store.close?.()
    },
  }
}

function dataBytes(data: Readonly<Record<string, string>>): number {
  let bytes = 0
  for (const [key, text] of Object.entries(data)) bytes += Buffer.byteLength(key) + Buffer.byteLength(text)
  return bytes
}

function refuseInvalid(options: SessionsOptions): void {
  const unknown = Object.keys(options).filter((name) => !knownOptions.has(name))
  if (unknown.length > 0) {
    throw new SessionError(
      'config_invalid',
      `createSessions has no option ${unknown.join(', ')}. It has ${[...knownOptions].join(', ')}.`,
    )
  }
  if (typeof options.store?.read !== 'function') {
    throw new SessionError('config_invalid', 'createSessions needs a store. Write store: memoryStore().')
  }
  const { maxRecordBytes } = options
  if (maxRecordBytes !== undefined && !(Number.isInteger(maxRecordBytes) && maxRecordBytes > 0)) {
    throw new SessionError(
      'config_invalid',
      `maxRecordBytes: ${maxRecordBytes} is not a number of bytes. Write 65536.`,
    )
  }
}
