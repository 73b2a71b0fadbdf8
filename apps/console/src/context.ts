import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Sessions } from 'latchkey'
import type { SessionVariables } from 'latchkey/hono'
import type { Logger } from 'pino'
import type { Auditor } from './auditor.ts'
import type { Follower } from './audits/follow.ts'
import type { Runs } from './audits/runs.ts'
import type { Trials } from './audits/trials.ts'
import type { Audits } from './data/audits.ts'
import type { History } from './data/history.ts'
import type { TriedForms } from './data/tried-forms.ts'
import type { User, Users } from './data/users.ts'
import type { Recorder } from './recorder.ts'
import type { OpenStreams } from './security/open-streams.ts'
import type { Throttles } from './security/throttles.ts'

/** What the console keeps in a session; set at sign-in, but for the first. */
export interface SessionData {
  /** A visitor has started an audit: what makes the session that may see its report. */
  hasAudited: true
  /** The user's name as they wrote it, for the page header. */
  name: string
}

export interface ConsoleEnv {
  Bindings: HttpBindings
  Variables: SessionVariables<SessionData> & {
    /** Who is signed in; null for a visitor. */
    user: User | null
    /** Whether the operator named this user an administrator. */
    isAdmin: boolean
    /** What the forms of this page carry; null for a visitor's. */
    csrfToken: string | null
  }
}

export type ConsoleContext = Context<ConsoleEnv>

/** What pages work with. */
export interface Services {
  readonly users: Users
  readonly audits: Audits
  readonly runs: Runs
  readonly trials: Trials
  readonly triedForms: TriedForms
  readonly follower: Follower
  readonly sessions: Sessions<SessionData>
  readonly history: History
  readonly recorder: Recorder
  /** The names of administrators (LATCHKEY_ADMINS), as `nameKey` writes them. */
  readonly admins: ReadonlySet<string>
  readonly throttles: Throttles
  readonly openStreams: OpenStreams
  readonly auditor: Auditor
  readonly log: Logger
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The address a request comes from, in its shortest spelling. */
  readonly addressOf: (c: ConsoleContext) => string
  /** Whether audits may reach private addresses (LATCHKEY_ALLOW_PRIVATE). */
  readonly allowPrivate: boolean
  /** Whether audits may start a browser on this machine (LATCHKEY_AUDIT_BROWSER). */
  readonly mayUseBrowser: boolean
  /** Milliseconds an audit may take. */
  readonly auditTimeLimit: number
}
