import type { Clients, DescribeClient } from '../clients/client.ts'
import type { SessionCookie } from '../cookie/cookie.ts'
import type { Endings } from '../ending/endings.ts'
import type { Streams } from '../ending/streams.ts'
import type { Events, SessionEventBase, SessionEventName, SessionEvents } from '../events/events.ts'
import type { Exchange } from '../exchange.ts'
import type { Limit } from '../policies/limit.ts'
import type { Policies } from '../policies/policies.ts'
import type { Values } from '../record/values.ts'
import type { Guard, ReadOptions, SessionPatch, SessionRecord } from '../store.ts'

/** What every handle of one `createSessions` shares. Store calls in it keep the deadline and the typed errors. */
export interface SessionContext {
  readonly cookie: SessionCookie
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
  now(): number
  isLive(record: SessionRecord): boolean
  create(record: SessionRecord): Promise<void>
  read(sid: string, options?: ReadOptions): Promise<SessionRecord | null> | SessionRecord | null
  update(sid: string, patch: SessionPatch): Promise<boolean>
  list(userId: string): Promise<SessionRecord[]>
  deleteAll(): Promise<number>
  /** Deletes the record and tells who listens for that; true when there was one and the guard held. */
  end(sid: string, guard?: Guard): Promise<boolean>
  /** Ends a session whose data cannot be read, unless it got another secret meanwhile; false then. */
  endUnreadable(record: SessionRecord): Promise<boolean>
  /** @throws SessionError `record_too_large` */
  assertSize(data: Readonly<Record<string, string>>): void
  /** The cookie of the record's token, for as long as its policy says. */
  issueCookie(exchange: Exchange, record: SessionRecord, token: string): void
  /** The answer of a logout: no cookie, nothing left in the browser, and nothing kept of the answer. */
  signOff(exchange: Exchange): void
  /** The answer of a visitor's page: what a logout's redirect did not clear. */
  clearAgain(exchange: Exchange): void
  tellOfCsrf(reason: 'origin' | 'token', exchange: Exchange, record: SessionRecord | null): void
  emit<Name extends SessionEventName>(
    name: Name,
    who: { readonly sid: string | null; readonly userId: string | null } | null,
    more: Omit<SessionEvents[Name], keyof SessionEventBase>,
  ): void
}
