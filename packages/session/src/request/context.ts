import type { Clients, DescribeClient } from '../clients/client.ts'
import type { SessionCookie } from '../cookie/cookie.ts'
import type { Endings } from '../ending/endings.ts'
import type { Streams } from '../ending/streams.ts'
import type { Events, SessionEventBase, SessionEventName, SessionEvents } from '../events/events.ts'
import type { TellForgotten } from '../events/forgotten-await.ts'
import type { Exchange } from '../exchange.ts'
import type { Clock } from '../policies/clock.ts'
import type { Limit } from '../policies/limit.ts'
import type { Policies } from '../policies/policies.ts'
import type { Values } from '../record/values/values.ts'
import type { Overtaken } from '../secret/overtaken.ts'
import type { MintedToken } from '../secret/token.ts'
import type { Guard, ReadOptions, SessionPatch, SessionRecord } from '../store.ts'
import type { Turns } from './turns.ts'

/** A session that ends. */
export type Ending = Pick<SessionRecord, 'sid'> & Partial<Pick<SessionRecord, 'data'>>

/** What every handle of one `createSessions` shares. Store calls in it keep the deadline and the typed errors. */
export interface SessionContext {
  readonly cookie: SessionCookie
  /** What a request's token may open. The records of both are in one store. */
  readonly opens: 'sessions' | 'refresh tokens'
  readonly policies: Policies
  readonly streams: Streams
  readonly endings: Endings
  readonly events: Events
  /** Null where users may have any number of sessions. */
  readonly limit: Limit | null
  /** Null where the clients of sessions are not kept. */
  readonly clients: Clients | null
  readonly describeClient: DescribeClient
  /** What ends when a replaced secret is used again. */
  readonly tokenReuseEnds: 'session' | 'user'
  /** Whether `read` may answer with a copy that is out of date. */
  readonly readsCopies: boolean
  /** Whether new sessions are sealed. One that is stays so. */
  readonly sealed: boolean
  readonly values: Values
  readonly clock: Clock
  readonly overtaken: Overtaken
  readonly turns: Turns
  warn(message: string): void
  now(): number
  isLive(record: SessionRecord): boolean
  // `since`: when the first of several operations of one call began (performance.now); they share one deadline.
  create(record: SessionRecord, since?: number): Promise<void>
  read(
    sid: string,
    options?: ReadOptions,
    since?: number,
  ): Promise<SessionRecord | null> | SessionRecord | null
  update(sid: string, patch: SessionPatch, since?: number): Promise<boolean>
  /** The records of a user, with no time in the future. */
  list(userId: string, since?: number): Promise<SessionRecord[]>
  /** Records that are no sessions, by their owner (record/note.ts). */
  notes(owner: string): Promise<SessionRecord[]>
  removeNote(sid: string): Promise<void>
  /** Deletes every record and tells who listens for that; how many there were. */
  deleteAll(): Promise<number>
  /**
   * Deletes the record and tells who listens for that; true when there was one and the guard held. What leads to it from
   * elsewhere goes as well: `data` says what that is, and is looked up where the caller has not got it.
   */
  end(record: Ending, guard?: Guard, since?: number): Promise<boolean>
  /** Sees to it that an ending which the store may have done, though it said it could not, lasts. */
  confirmEnded(sid: string, guard: Guard): Promise<void>
  /** Ends a session whose data cannot be read, unless it got another secret meanwhile; false then. */
  endUnreadable(record: SessionRecord): Promise<boolean>
  /** @throws SessionError `record_too_large` */
  assertSize(data: SessionRecord['data'], before?: SessionRecord['data']): void
  /**
   * The cookie of the record's token, for as long as its policy says. It is left out where the session has ended or got
   * another secret by the time the head leaves; a repeatable one also where that takes so long that another process may
   * have done so: the next request is given it again.
   * @param since when the store had taken or given the token's secret (performance.now)
   * @param until when the head must have left at the latest, by the clock
   */
  issueCookie(
    exchange: Exchange,
    record: SessionRecord,
    token: MintedToken,
    since: number,
    until?: number,
  ): void
  /** The answer of a logout: no cookie, nothing left in the browser, and nothing kept of the answer. */
  signOff(exchange: Exchange): void
  /** The same where the session was over before: the browser may have a newer cookie by now, which stays. */
  clearData(exchange: Exchange): void
  /** The answer of a visitor's page: what a logout's redirect did not clear. */
  clearAgain(exchange: Exchange): void
  tellOfCsrf(reason: 'origin' | 'token', exchange: Exchange, record: SessionRecord | null): void
  /** Nobody has waited for a session's operation. */
  readonly tellForgotten: TellForgotten
  emit<Name extends SessionEventName>(
    name: Name,
    who: { readonly sid: string | null; readonly userId: string | null } | null,
    more: Omit<SessionEvents[Name], keyof SessionEventBase>,
  ): void
}
