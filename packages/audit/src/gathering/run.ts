import type { Evidence, EvidenceName, TargetEvidence } from '../evidence/evidence.ts'
import type { LoginPage, Opened } from '../login/form/find-page.ts'
import type { Oracle } from '../login/oracle/oracle.ts'
import type { SignIn } from '../login/sign-in.ts'
import type { BrowserJar, Credential } from '../network/cookies/jar.ts'
import type { Http } from '../network/http.ts'
import type { Visit } from '../network/pages/navigate.ts'
import { ProbeError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import type { ProbeContext } from '../probes/context.ts'
import type { TimeoutsState } from '../probes/timeouts/state.ts'
import type { Pending } from './pending.ts'

/** What the steps of one audit hand on to each other. */
export interface Run {
  readonly options: AuditOptions
  readonly http: Http
  readonly wait: (milliseconds: number) => Promise<void>
  readonly now: () => number
  /** Milliseconds that only ever grow. */
  readonly clock: () => number
  /** Tells the user what is waited for. */
  readonly tell: (detail: string) => void
  readonly startedAt: Date
  /** The step that is being taken. */
  step: EvidenceName | 'reach'
  readonly gathered: { -readonly [N in EvidenceName]?: Evidence[N] }
  start: URL
  target: TargetEvidence
  /** The start page as a visitor first opened it. */
  opened: Opened | null
  signIn: SignIn | null
  oracle: Oracle | null
  landed: Visit | null
  jar: BrowserJar | null
  /** What it held just before the first credentials left. */
  before: readonly Credential[]
  /** Found without signing in; null in every other audit. */
  loginPage: LoginPage | null
  context: ProbeContext | null
  /** Why nothing can be said about carriers; null when they were established. */
  carrierBroken: string | null
  /** Steps that are not done before their second look. */
  pending: Pending[]
  /** Sessions whose end is waited for; null where none is. */
  timed: TimeoutsState | null
}

/** What probes work on. Throws ProbeError where it was not established. */
export function contextOf({ context, carrierBroken }: Run, withoutCarrier = false): ProbeContext {
  if (context === null) throw new ProbeError('the sign-in was not established')
  if (carrierBroken !== null && !withoutCarrier) {
    throw new ProbeError(`what carries the session was not established: ${carrierBroken}`)
  }
  return context
}

/** What a probe hands back. */
export type Value<N extends EvidenceName> = Extract<Evidence[N], { status: 'gathered' }>['value']

/** Notes what a step found. */
export function note<N extends EvidenceName>(run: Run, name: N, value: Value<N>): void {
  Object.assign(run.gathered, { [name]: { status: 'gathered', value } })
}
