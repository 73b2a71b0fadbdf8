import type { Stream } from '../ending/streams.ts'
import type { Exchange } from '../exchange.ts'
import type { Seal } from '../sealed/sealed.ts'
import type { MintedToken } from '../secret/token.ts'
import type { SessionRecord } from '../store.ts'
import type { SessionContext } from './context.ts'
import type { Lost } from './opened.ts'

/** What starting, rotating and ending a session need of a request's handle. */
export interface Held {
  readonly context: SessionContext
  readonly exchange: Exchange
  record: SessionRecord | null
  /** The token that the record is open to, or that names `lost`. */
  readonly text: string | null
  /** The live session that the request's token names without having its secret. */
  readonly lost: Lost | null
  /** When the call under way began (performance.now): its operations have one deadline together. */
  readonly since: number
  /** The open answer of this handle; null where nobody asked for its signal. */
  readonly stream: Stream | null
  /** @throws SessionError `answer_started` */
  assertCanAnswer(): void
  /**
   * The seal of the session; null where its values are in the clear.
   * @throws SessionError `data_unreadable`, `session_superseded` when it was sealed for another secret since
   */
  sealOf(record: SessionRecord): Seal | null
  /**
   * The handle is of this record from now on, and the answer brings its token.
   * @param since when the store had taken its secret (performance.now)
   */
  adopt(record: SessionRecord, token: MintedToken, seal: Seal | null, since: number): void
  /** The handle's session is over: it is a visitor's. */
  leave(): void
  /** The record as the store has it, with no time in the future; null when it is gone. */
  fresh(sid: string): Promise<SessionRecord | null>
}
