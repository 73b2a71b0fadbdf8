import type { Exchange } from './exchange.ts'
import type { Policy } from './policy.ts'
import type { ReadOptions, SessionPatch, SessionRecord } from './store.ts'
import type { Streams } from './streams.ts'

/** What every handle of one `createSessions` shares. Store calls in it keep the deadline and the typed errors. */
export interface SessionContext {
  readonly policy: Policy
  readonly streams: Streams
  now(): number
  create(record: SessionRecord): Promise<void>
  read(sid: string, options?: ReadOptions): Promise<SessionRecord | null> | SessionRecord | null
  update(sid: string, patch: SessionPatch): Promise<boolean>
  /** Deletes the record and tells who listens for that; true when there was one. */
  end(sid: string): Promise<boolean>
  /** @throws SessionError `record_too_large` */
  assertSize(data: Readonly<Record<string, string>>): void
  issueCookie(exchange: Exchange, token: string): void
  removeCookie(exchange: Exchange): void
}
