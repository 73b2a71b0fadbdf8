import type { EndedListener } from './ending/endings.ts'
import type { RevocationReason, SessionEventListener, SessionEventName } from './events/events.ts'
import type { Exchange } from './exchange.ts'
import type { Declaring } from './policies/declared/declaring.ts'
import type { SessionSummary } from './record/summary.ts'
import type { SessionContext } from './request/context.ts'
import type { Session } from './session.ts'
import type { Refreshing } from './tokens/refresh/refreshing.ts'

export interface OpenOptions {
  /**
   * Whether the request is a sign of its user. False leaves the idle timeout running: for polling. A function can tell
   * by the request, as where one middleware serves polls and clicks. Default: all but what the browser only prefetches.
   */
  readonly touch?: boolean | ((exchange: Exchange) => boolean) | undefined
  /**
   * True where navigations that come without a Strict cookie are entered again, as adapters do: a companion of the
   * cookie then tells them from visitors'. A function says at which addresses. Default false.
   */
  readonly reEntry?: boolean | ((exchange: Exchange) => boolean) | undefined
}

export interface RevokeOptions {
  /** What the events say. Default 'revoked'. */
  readonly reason?: RevocationReason | undefined
}

/**
 * `Summary` is what lists show of a session: none of its values where sessions are sealed. `Own` is what a request's
 * session is: one that issues tokens where `tokens` is set.
 */
export interface Sessions<
  Data extends object = Record<string, unknown>,
  Summary = SessionSummary<Data>,
  Own extends Session<Data> = Session<Data>,
> {
  /**
   * The session of a request; a visitor's handle when it brings no valid token. Costs a visitor nothing.
   * @throws SessionError `store_unavailable` when the request brings a token and the store cannot answer,
   *   `cross_origin_request` when a page of another origin sent it and its method may change something
   */
  open(exchange: Exchange, options?: OpenOptions): Promise<Own>
  /**
   * Tells `warn` of an error of ours that is the server's fault (status 500 and above), each at most once a minute. For
   * adapters, of what they answer in the application's place; any other error is none of ours, and ignored.
   */
  report(error: unknown): void
  /**
   * The live sessions of a user, newest use first. Refresh tokens are no sessions of their own here: each is shown with the
   * one that it came from, which ends with it and it with that.
   */
  list(userId: string): Promise<Summary[]>
  /**
   * Ends one session, the user's own or by an administrator (ASVS 7.4.5, 7.5.2); false when there was none.
   * With `userId` only one of that user: for a `sid` that came from a form.
   */
  revoke(sid: string, options?: RevokeOptions & { readonly userId?: string | undefined }): Promise<boolean>
  /**
   * Ends the sessions of a user, all (the account was disabled or deleted, ASVS 7.4.2) or all but one (a factor was
   * changed, 7.4.3); how many. A sign-in that is under way may come after it: look at the account after `login` too.
   */
  revokeUser(
    userId: string,
    options?: RevokeOptions & { readonly except?: string | null | undefined },
  ): Promise<number>
  /** Ends every session of this store (ASVS 7.4.5), visitors' too; how many. */
  revokeAll(options?: RevokeOptions): Promise<number>
  /**
   * Calls the listener with the sid of every session that is logged out, revoked or found expired, null for all of
   * them: at once for this process, and for the others as soon as a store that announces tells it. May be called
   * twice for one ending. The returned function stops it. For open connections, `session.signal` is simpler.
   */
  onEnded(listener: EndedListener): () => void
  /**
   * Calls the listener for each event of that name in this process. What it throws, or its promise rejects with, is a
   * warning. The returned function stops it.
   */
  on<Name extends SessionEventName>(name: Name, listener: SessionEventListener<Name>): () => void
  /** @internal What the endpoints of tokens ask of it; undefined without `tokens`. */
  readonly refreshing?: Refreshing | undefined
  /** @internal What `latchkey/logout` asks of it. */
  readonly context?: SessionContext | undefined
  /** @internal What `latchkey/policy` tells of it. */
  readonly declaring?: Declaring | undefined
  /** Stops sweeping and listening, and closes the store. */
  close(): Promise<void>
}
