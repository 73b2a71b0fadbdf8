import type { EvidenceName } from '../evidence/evidence.ts'
import { makesLogins } from '../options/makes-logins.ts'
import type { AuditOptions } from '../options/options.ts'
import type { ProbeContext } from '../probes/context.ts'
import { isSecondLook, type SecondLook } from '../probes/second-look.ts'
import { contextOf, note, type Run, type Value } from './run.ts'

/** Something known before anything is sent, for some steps from the options alone. */
export type Told<T extends string | number> = T | ((options: AuditOptions) => T)

export function told<T extends string | number>(what: Told<T>, options: AuditOptions): T {
  return typeof what === 'function' ? what(options) : what
}

/** Whether a step works on logins of its own, or on the one session that all share. */
export type Lane = 'own' | 'shared'

/** One step of an audit. The list of them is both what is done and what `--dry-run` prints. */
export interface Step {
  readonly step: EvidenceName | 'reach'
  readonly describes: Told<string>
  /** What it may take at most on a usual site. */
  readonly requests: Told<number>
  readonly logins: Told<number>
  /** Without it nothing else makes sense: its error ends the audit. */
  readonly essential: boolean
  /** Is taken while a step before it waits for its second look, where that step has nothing against it. */
  readonly meanwhile?: boolean
  /**
   * Steps in a row that have a lane are taken side by side, those of one lane one after the other, where no session of
   * the user ends another.
   */
  readonly lane?: Lane
  /** Why it does not apply, known before anything is sent; null when it does. */
  skip(options: AuditOptions, url: URL): string | null
  /** What it hands back is done after a while, to end it. */
  run(run: Run): Promise<SecondLook<void> | void>
}

const PASSIVE = 'needs a sign-in, and the audit is passive'
export const SIGNED_IN = 'is looked at in an audit without an account (--passive)'
const COOKIE = 'needs a login of its own, and a cookie was given instead of credentials'
const RECORDED = 'needs a login of its own, and a session was given that somebody has recorded'
const APART =
  'needs a login in a browser that was there before, and the login command makes a session of its own'

export const needsSignIn = ({ passive }: AuditOptions) => (passive ? PASSIVE : null)
export const needsLogin = (options: AuditOptions) =>
  options.passive ? PASSIVE : makesLogins(options) ? null : options.cookie === undefined ? RECORDED : COOKIE
export const needsOwnJar = (options: AuditOptions) =>
  needsLogin(options) ?? (options.loginCommand === undefined ? null : APART)
const NOT_ASKED =
  'changing the password of the account was not asked for (--change-password does it, and changes it back)'
export const needsConsent = (options: AuditOptions) =>
  needsLogin(options) ?? (options.changePassword === true ? null : NOT_ASKED)
const NOT_EVERYWHERE =
  'ending all sessions of the account, also those elsewhere, was not asked for (--logout-everywhere looks for a button that does it, --logout-everywhere-url and --logout-everywhere-request name how)'
export const needsEverywhere = (options: AuditOptions) => {
  const { logoutEverywhere, logoutEverywhereUrl, logoutEverywhereRequest } = options
  const isAsked = logoutEverywhere === true || (logoutEverywhereUrl ?? logoutEverywhereRequest) !== undefined
  return needsLogin(options) ?? (isAsked ? null : NOT_EVERYWHERE)
}
export const always = () => null

/** A probe that works on a signed-in context. */
export function probe<N extends EvidenceName>(
  step: N,
  gatherer: (context: ProbeContext) => Promise<Value<N> | SecondLook<Value<N>>>,
  about: Pick<Step, 'describes' | 'requests' | 'logins' | 'skip' | 'meanwhile' | 'lane'> & {
    withoutCarrier?: boolean
  },
): Step {
  const { withoutCarrier = false, ...rest } = about
  return {
    ...rest,
    step,
    essential: false,
    async run(run) {
      const found = await gatherer(contextOf(run, withoutCarrier))
      if (!isSecondLook(found)) return note(run, step, found)
      const conclude = async () => note(run, step, await found.conclude())
      return { ...found, conclude }
    },
  }
}
