/**
 * What probes gather and checks judge. Plain JSON: a saved evidence file can be judged again offline.
 * No secret is ever in it: a value appears as a {@link Fingerprint}, a request as a redacted curl line.
 */

import type { Expectations } from '../options/expectations.ts'
import type { PasswordChangeEvidence, ReauthenticationEvidence } from './authentication.ts'
import type { BulkRevokeEvidence } from './bulk-revoke.ts'
import type { CarrierEvidence } from './carrier.ts'
import type { ConcurrentSessionsEvidence } from './concurrent-sessions.ts'
import type { CrossSiteRequestEvidence, LogoutGetEvidence } from './cross-site.ts'
import type { FramingEvidence, ReferrerEvidence } from './documents.ts'
import type { DowngradeEvidence } from './downgrade.ts'
import type { IdExposedEvidence } from './id-exposed.ts'
import type { IdPrediction } from './id-prediction.ts'
import type { InFlightEvidence } from './in-flight.ts'
import type { CarrierSet, Control, Exchange, Fingerprint, Observation, Phase } from './observation.ts'
import type { OthersEvidence } from './others.ts'
import type {
  FixationEvidence,
  FixationTrial,
  IdInUrlEvidence,
  IdShapeEvidence,
  StrictIdsEvidence,
} from './session-id.ts'
import type { SharedCacheEvidence } from './shared-cache.ts'
import type { StreamsEvidence } from './streams.ts'
import type { TimeoutsEvidence } from './timeouts.ts'
import type { SignedCookiesEvidence, TokensEvidence } from './tokens.ts'
import type { Took } from './took.ts'
import type { VisitorEvidence } from './visitor.ts'

export type { CarrierSet, Control, Exchange, Fingerprint, Observation, Phase, State } from './observation.ts'
export type { TimedLook } from './timeouts.ts'
export type {
  ExpiredToken,
  FoundSecret,
  SignedCookie,
  SignedCookiesEvidence,
  TokenEvidence,
  TokensEvidence,
  TokenTrial,
} from './tokens.ts'
export type { VisitorCookie, VisitorProof } from './visitor.ts'
export type {
  CarrierEvidence,
  ConcurrentSessionsEvidence,
  CrossSiteRequestEvidence,
  DowngradeEvidence,
  FixationEvidence,
  FixationTrial,
  FramingEvidence,
  IdExposedEvidence,
  IdInUrlEvidence,
  IdPrediction,
  IdShapeEvidence,
  LogoutGetEvidence,
  ReferrerEvidence,
  SharedCacheEvidence,
  StrictIdsEvidence,
  TimeoutsEvidence,
  Took,
  VisitorEvidence,
}

/**
 * A probe's result. `skipped`: does not apply here, or was not asked for. `failed`: should have worked
 * and did not (budget, network, a control that broke): the checks that need it become inconclusive.
 */
export type Gathered<T> =
  | { readonly status: 'gathered'; readonly value: T }
  | { readonly status: 'skipped' | 'failed'; readonly reason: string }

export interface TargetEvidence {
  readonly url: string
  readonly origin: string
  readonly https: boolean
  /** The host is localhost, *.localhost, 127.0.0.0/8 or ::1: browsers treat it as trustworthy over http. */
  readonly loopback: boolean
  /** A certificate that does not verify was accepted because the user said so. */
  readonly insecure: boolean
  readonly passive: boolean
  /** ISO 8601. */
  readonly startedAt: string
}

export interface SignInEvidence {
  readonly method:
    | 'form'
    | 'json'
    | 'urlencoded'
    | 'basic'
    | 'cookie'
    | 'storage-state'
    | 'recording'
    | 'command'
    | 'browser'
  /** The name that was signed in with; left out where none was given. */
  readonly account?: string
  readonly loginUrl: string | null
  readonly action: string | null
  readonly usernameField: string | null
  readonly passwordField: string | null
  /** Names of the other fields that were sent along (CSRF tokens, hidden fields), of a script's login also of headers. */
  readonly otherFields: readonly string[]
  /** What each login asked after the password and was confirmed, with its page; absent where nothing was. */
  readonly confirmed?: readonly string[]
  readonly exchanges: readonly number[]
}

export interface OracleEvidence {
  readonly protectedUrl: string
  readonly kind: 'status' | 'redirect' | 'canary' | 'marker' | 'json-field'
  /** In words, without secrets: "200 when signed in, 302 to /login when not". */
  readonly describes: string
  readonly signedIn: readonly Observation[]
  readonly anonymous: readonly Observation[]
  /** So many visitors ended the user's session, as the site keeps only so many of one address; left out elsewhere. */
  readonly evictedBy?: number
}

export interface CookieAttributes {
  readonly secure: boolean
  readonly httpOnly: boolean
  /** As browsers read it; null when absent or unknown (browsers then apply their default). */
  readonly sameSite: 'Strict' | 'Lax' | 'None' | null
  /** As sent, lower case, without leading dot; null for host-only. */
  readonly domain: string | null
  /** As sent; null when absent. */
  readonly path: string | null
  readonly partitioned: boolean
  /** Seconds the browser keeps it: Max-Age wins over Expires; null for a cookie of the browser session. */
  readonly lifetimeSeconds: number | null
}

/** One Set-Cookie that was seen, deletions left out. */
export interface ObservedCookie {
  readonly name: string
  readonly value: Fingerprint
  readonly attributes: CookieAttributes
  readonly phase: Phase
  readonly exchange: number
  /** The host is a public suffix's direct child or the Domain itself is a public suffix, by the public suffix list. */
  readonly domainIsPublicSuffix: boolean
  /** Domain is wider than the host that set it. */
  readonly widerThanHost: boolean
  /** Why browsers will refuse or ignore it (prefix rules, SameSite=None without Secure, size), or null. */
  readonly refusedByBrowsers: string | null
}

export interface LogoutEvidence {
  readonly how: { readonly method: string; readonly url: string; readonly found: string }
  /** The browser's own jar after the logout: must be anonymous, else nothing is shown. */
  readonly browserAfter: Observation
  /** Each carrier set, saved before the logout and replayed alone after it. */
  readonly replays: readonly {
    readonly set: CarrierSet
    readonly afterMs: number
    readonly seen: Observation
  }[]
  readonly controls: readonly Control[]
}

export interface CachingEvidence {
  readonly pages: readonly {
    readonly url: string
    readonly exchange: number
    readonly cacheControl: string | null
    readonly pragma: string | null
    readonly expires: string | null
    readonly age: string | null
    readonly vary: string | null
    /** The answer is made for this user: the oracle's protected page. */
    readonly userSpecific: boolean
    /** An anonymous client got the signed-in answer from a cache. */
    readonly servedToAnonymous: boolean
    /** The answer gave a visitor a session; left out where the audit signed in. */
    readonly givesSession?: boolean
  }[]
}

export interface TransportEvidence {
  readonly hsts: string | null
  /** What http:// on the same host (default port) does; null when it was not asked (http target, loopback, other port). */
  readonly plainHttp: 'redirects-to-https' | 'serves-content' | 'refused' | null
  readonly loginPageHttps: boolean | null
  readonly loginActionHttps: boolean | null
  readonly exchanges: readonly number[]
}

export interface FrameworkEvidence {
  /** Recognised framework, e.g. 'express-session', 'php', 'django', 'latchkey'; null when none was. */
  readonly name: string | null
  /** Cookie names that are a framework's default. */
  readonly defaultNames: readonly { readonly cookie: string; readonly framework: string }[]
  /** Headers that name the software, value included (`x-powered-by: Express`). */
  readonly headers: readonly string[]
}

type Each<T> = { readonly [N in keyof T]: Gathered<T[N]> }

/** Everything an audit gathered. Adding a probe adds one member here. */
export interface Evidence extends Each<OthersEvidence> {
  readonly signIn: Gathered<SignInEvidence>
  readonly oracle: Gathered<OracleEvidence>
  readonly carrier: Gathered<CarrierEvidence>
  readonly cookies: Gathered<readonly ObservedCookie[]>
  readonly fixation: Gathered<FixationEvidence>
  readonly strictIds: Gathered<StrictIdsEvidence>
  readonly logout: Gathered<LogoutEvidence>
  readonly logoutGet: Gathered<LogoutGetEvidence>
  readonly inFlight: Gathered<InFlightEvidence>
  readonly streams: Gathered<StreamsEvidence>
  readonly bulkRevoke: Gathered<BulkRevokeEvidence>
  readonly concurrentSessions: Gathered<ConcurrentSessionsEvidence>
  readonly crossSiteRequest: Gathered<CrossSiteRequestEvidence>
  readonly idInUrl: Gathered<IdInUrlEvidence>
  readonly idShape: Gathered<IdShapeEvidence>
  readonly caching: Gathered<CachingEvidence>
  readonly transport: Gathered<TransportEvidence>
  readonly framework: Gathered<FrameworkEvidence>
  readonly reauthentication: Gathered<ReauthenticationEvidence>
  readonly passwordChange: Gathered<PasswordChangeEvidence>
  readonly tokens: Gathered<TokensEvidence>
  readonly signedCookies: Gathered<SignedCookiesEvidence>
  readonly visitor: Gathered<VisitorEvidence>
  readonly idExposed: Gathered<IdExposedEvidence>
  readonly sharedCache: Gathered<SharedCacheEvidence>
  readonly downgrade: Gathered<DowngradeEvidence>
  readonly framing: Gathered<FramingEvidence>
  readonly referrer: Gathered<ReferrerEvidence>
  readonly timeouts: Gathered<TimeoutsEvidence>
}

export type EvidenceName = keyof Evidence

/** What `--save-evidence` writes and `--from-evidence` reads. */
export interface EvidenceFile {
  readonly schema: 'latchkey-evidence/1'
  readonly tool: string
  readonly target: TargetEvidence
  readonly evidence: Evidence
  readonly exchanges: readonly Exchange[]
  /** Absent in evidence of before this was noted. */
  readonly took?: Took
  /** What was declared when it was gathered; absent where nothing was. */
  readonly expect?: Expectations
}
