import { setTimeout as wait } from 'node:timers/promises'
import type {
  CarrierEvidence,
  Evidence,
  EvidenceFile,
  EvidenceName,
  OracleEvidence,
  SignInEvidence,
  Took,
} from '../evidence/evidence.ts'
import { version } from '../evidence/version.ts'
import { Http } from '../network/http.ts'
import { CLOCK, type Waiting } from '../network/pace.ts'
import { sideBySide } from '../network/side-by-side.ts'
import { checkOptions } from '../options/check-options.ts'
import { AuditError, ProbeError } from '../options/errors.ts'
import type { AuditOptions, ProgressEvent } from '../options/options.ts'
import { withRecordedAccount } from '../options/recorded-account.ts'
import { isFatal } from '../probes/context.ts'
import { NotRestored } from '../probes/cross-site-request/action-stage.ts'
import { sessionsAreIndependent } from '../probes/sessions/at-hand.ts'
import { secondsLeft } from './estimate.ts'
import { stepsFor } from './order.ts'
import { mayGoOn, type Pending, untilDue } from './pending.ts'
import type { Run } from './run.ts'
import { type Step, told } from './step.ts'
import { STEPS } from './steps.ts'
import { describeTarget } from './target.ts'
import { type Tried, triedBy } from './tried.ts'
import { PASSIVE_REQUESTS } from './visitor.ts'

/** What a test may replace. */
export interface Clockwork {
  readonly wait: (milliseconds: number) => Promise<void>
  readonly now: () => number
}

/** What `latchkey-audit login` shows: how the audit would sign in and tell that it did. */
export interface LoginInspection {
  readonly signIn: SignInEvidence
  readonly oracle: OracleEvidence
  readonly carrier: CarrierEvidence
}

/**
 * Gathers the evidence of one audit. What could not be gathered says why; checks that need it become
 * inconclusive.
 *
 * Throws AuditError when there is nothing to judge: `usage`, `unreachable`, `off_origin`, `address_refused`,
 * `login_not_found`, `sign_in_failed`, `more_asked`, `oracle_unstable`, `budget_spent` (before the sign-in was
 * established), `aborted`, and `password_not_restored`, whose message names the file with the temporary password.
 */
export async function gather(
  options: AuditOptions,
  clockwork: Partial<Clockwork> = {},
): Promise<EvidenceFile> {
  const run = begin(options, clockwork)
  try {
    const steps = stepsFor(run.options)
    for (let next = steps; next.length > 0; ) {
      const lanes = lanesOf(next, run)
      next = next.slice(lanes.flat().length)
      for (const [first] of lanes) {
        if (first && isTaken(first, run) && !mayGoOn(run.pending, first)) await settle(run)
      }
      await sideBySide(...lanes.map((lane) => () => takeInTurn(lane, run)))
    }
    await settle(run)
    return {
      schema: 'latchkey-evidence/1',
      tool: `@latchkey/audit ${version}`,
      target: run.target,
      evidence: run.http.secrets.redactDeep(complete(run)),
      exchanges: run.http.secrets.redactDeep(run.http.exchanges),
      took: took(run.http),
    }
  } finally {
    await run.http.close()
  }
}

/**
 * Signs in, finds the oracle and the carrier, and stops. Throws as {@link gather} does.
 * @param tell takes what was tried on the way to the sign-in, also where there was none
 */
export async function inspectLogin(
  options: AuditOptions,
  clockwork: Partial<Clockwork> = {},
  tell: (tried: readonly Tried[]) => void = () => {},
): Promise<LoginInspection> {
  if (options.passive)
    throw new AuditError('usage', 'a passive audit does not sign in, so there is nothing to show')
  const run = begin(options, clockwork)
  try {
    const wanted = ['reach', 'signIn', 'oracle', 'carrier']
    for (const step of STEPS.filter(({ step }) => wanted.includes(step))) await take(step, run)
    const { signIn, oracle } = run.gathered
    const carrier = run.context?.carrier
    if (signIn?.status !== 'gathered' || oracle?.status !== 'gathered' || !carrier) {
      throw new AuditError('sign_in_failed', run.carrierBroken ?? 'the sign-in was not established')
    }
    return run.http.secrets.redactDeep({ signIn: signIn.value, oracle: oracle.value, carrier })
  } finally {
    const { signIn } = run.gathered
    const last =
      signIn?.status === 'gathered' ? Math.max(...signIn.value.exchanges) : run.http.exchanges.length
    tell(triedBy(run.http, options, last))
    await run.http.close()
  }
}

function took({ requests, logins, budget, pace }: Http): Took {
  const seconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10
  return { requests, logins, seconds: seconds(budget.elapsed), waitedSeconds: seconds(pace.waited) }
}

function begin(asked: AuditOptions, clockwork: Partial<Clockwork>): Run {
  const start = checkOptions(asked)
  const options = withRecordedAccount(asked)
  const startedAt = new Date()
  const paused = (waiting: Waiting) => pause(run, waiting)
  const run: Run = {
    options,
    start,
    startedAt,
    http: new Http(
      options.passive ? { ...options, ...withoutAccount(options) } : options,
      start,
      { ...CLOCK, ...clockwork },
      paused,
    ),
    step: 'reach',
    target: describeTarget(options, start, startedAt),
    wait: clockwork.wait ?? ((milliseconds) => wait(milliseconds, undefined, abortable(options))),
    now: clockwork.now ?? Date.now,
    clock: clockwork.now ?? CLOCK.now,
    tell: (detail) => progress(run, run, 'paused', detail),
    gathered: {},
    opened: null,
    signIn: null,
    oracle: null,
    landed: null,
    jar: null,
    before: [],
    context: null,
    carrierBroken: null,
    loginPage: null,
    pending: [],
  }
  return run
}

/** Whoever has no account at a site does not ask it much. */
function withoutAccount({ maxRequests = PASSIVE_REQUESTS }: AuditOptions): Pick<AuditOptions, 'maxRequests'> {
  return { maxRequests: Math.min(maxRequests, PASSIVE_REQUESTS) }
}

function abortable({ signal }: AuditOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}

/** Those that are taken next: one, or several lanes side by side. */
function lanesOf(next: readonly Step[], { context }: Run): (readonly Step[])[] {
  const end = next.findIndex(({ lane }) => lane === undefined)
  const row = next.slice(0, end < 0 ? next.length : end)
  if (context === null || row.length < 2 || !sessionsAreIndependent(context)) return [next.slice(0, 1)]
  return [...Map.groupBy(row, ({ lane }) => lane).values()]
}

async function takeInTurn(steps: readonly Step[], run: Run): Promise<void> {
  for (const step of steps) await take(step, run)
}

function isTaken({ skip }: Step, { options, start }: Run): boolean {
  return skip(options, start) === null
}

/** Takes one step. An essential one may throw; of the others only what ends the audit passes through. */
async function take(step: Step, run: Run): Promise<void> {
  const name = step.step
  const reason = step.skip(run.options, run.start)
  if (reason !== null) {
    if (name !== 'reach') Object.assign(run.gathered, { [name]: { status: 'skipped', reason } })
    progress(run, step, 'skipped', reason)
    return
  }
  run.step = name
  progress(run, step, 'started', told(step.describes, run.options))
  try {
    const second = await step.run(run)
    if (second) {
      run.pending.push({ step, second, since: run.clock() })
      progress(run, step, 'paused', 'looks again after a while, and other steps are taken meanwhile')
    } else progress(run, step, 'done', '')
  } catch (error) {
    fail(error, step, run)
  }
}

/** Waits once for all second looks that are due, takes them side by side, and concludes their steps. */
async function settle(run: Run): Promise<void> {
  const pending = run.pending.splice(0)
  const wait = untilDue(pending, run.clock())
  if (wait > 0) await run.wait(wait)
  const looks = await Promise.allSettled(pending.map(({ second }) => second.look()))
  for (const [at, { step, second }] of pending.entries()) {
    run.step = step.step
    try {
      const look = looks[at]
      if (look?.status === 'rejected') throw look.reason
      await second.conclude()
      progress(run, step, 'done', '')
    } catch (error) {
      fail(error, step, run)
    }
  }
}

/** Notes why a step failed; throws where that ends the audit. */
function fail(error: unknown, step: Pending['step'], run: Run): void {
  const shown = explain(error, run)
  if (step.essential || isFatal(shown)) throw shown
  const failed = { status: 'failed', reason: shown.message }
  if (step.step !== 'reach') Object.assign(run.gathered, { [step.step]: failed })
  progress(run, step, 'failed', shown.message)
}

/** What went wrong, without secrets. */
function explain(error: unknown, { options, http }: Run): AuditError | ProbeError {
  // Names a file that the user needs now, stopped or not, and has no secret in it.
  if (error instanceof AuditError && error.code === 'password_not_restored') return error
  if (options.signal?.aborted) {
    const stopped = error instanceof NotRestored ? error.message : 'the audit was stopped'
    return new AuditError('aborted', http.secrets.redact(stopped))
  }
  if (error instanceof AuditError) {
    const message = http.secrets.redact(error.message)
    return message === error.message ? error : new AuditError(error.code, message)
  }
  if (error instanceof ProbeError) return new ProbeError(http.secrets.redact(error.message))
  // A fault of ours: what it would have shown stays unknown, the other steps go on.
  return new ProbeError(http.secrets.redact(`unexpected error: ${String(error)}`), { cause: error })
}

function progress(
  run: Run,
  { step }: Pick<Step, 'step'>,
  state: ProgressEvent['state'],
  detail: string,
): void {
  const { requests, logins, budget } = run.http
  const left = secondsLeft(run.options, run.start, step, budget.elapsed)
  const more = left === null ? {} : { secondsLeft: left }
  run.options.onProgress?.({ step, state, detail, requests, logins, ...more })
}

/** The site asked to wait. */
function pause(run: Run, { status, milliseconds, leftMilliseconds }: Waiting): void {
  const [seconds, left] = [Math.ceil(milliseconds / 1000), Math.floor(leftMilliseconds / 1000)]
  const detail = `waits ${seconds} s, as the site asks (status ${status}); ${left} s of waiting are left`
  progress(run, run, 'paused', detail)
}

const NAMES: readonly EvidenceName[] = [
  'signIn',
  'oracle',
  'carrier',
  'cookies',
  'fixation',
  'strictIds',
  'logout',
  'logoutGet',
  'inFlight',
  'streams',
  'bulkRevoke',
  'crossSiteRequest',
  'concurrentSessions',
  'idInUrl',
  'idShape',
  'caching',
  'transport',
  'framework',
  'reauthentication',
  'passwordChange',
  'tokens',
  'signedCookies',
  'visitor',
]

/** Every member in its usual order; a step that never ran has failed. */
function complete({ gathered }: Run): Evidence {
  const missing = { status: 'failed', reason: 'it was not gathered' }
  const members = NAMES.map((name) => [name, gathered[name] ?? missing])
  return Object.fromEntries(members) as Evidence
}
