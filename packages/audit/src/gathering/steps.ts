import type { EvidenceName } from '../evidence/evidence.ts'
import { actionInWords } from '../options/action.ts'
import { makesLogins } from '../options/makes-logins.ts'
import type { AuditOptions } from '../options/options.ts'
import { probePasswordChange } from '../probes/authentication/password-change.ts'
import { probeReauthentication } from '../probes/authentication/reauthentication.ts'
import { underLabel } from '../probes/carrier/renamed.ts'
import type { ProbeContext } from '../probes/context.ts'
import { probeCrossSiteRequest } from '../probes/cross-site-request/cross-site-request.ts'
import { probeCaching } from '../probes/headers/caching.ts'
import { probeCookies } from '../probes/headers/cookies.ts'
import { probeFramework } from '../probes/headers/framework.ts'
import { probeLogout } from '../probes/logout/logout.ts'
import { probeLogoutGet } from '../probes/logout/logout-get.ts'
import { isSecondLook, type SecondLook } from '../probes/second-look.ts'
import { probeSignedCookies } from '../probes/secrets/signed-cookies.ts'
import { probeFixation } from '../probes/session-id/fixation.ts'
import { probeIdInUrl } from '../probes/session-id/id-in-url.ts'
import { probeIdShape, USUAL_SAMPLES } from '../probes/session-id/id-shape.ts'
import { probeStrictIds } from '../probes/session-id/strict-ids.ts'
import { loginsFor, probeConcurrentSessions } from '../probes/sessions/concurrent-sessions.ts'
import { costOf } from '../probes/timeouts/begin.ts'
import { probeTokens } from '../probes/tokens/tokens.ts'
import { VISITOR_REQUESTS } from '../probes/visitor/visitor.ts'
import { asideOf, carrier, oracle, reach, signInOnce, transport } from './establish.ts'
import { contextOf, note, type Run, type Value } from './run.ts'
import { isTimed, TIMES_NOT_NAMED, timeouts } from './timeouts.ts'
import { PLAIN_REQUESTS, REACH_REQUESTS, visitor, visitorsCookies } from './visitor.ts'

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
const SIGNED_IN = 'is looked at in an audit without an account (--passive)'
const COOKIE = 'needs a login of its own, and a cookie was given instead of credentials'
const RECORDED = 'needs a login of its own, and a session was given that somebody has recorded'
const APART =
  'needs a login in a browser that was there before, and the login command makes a session of its own'

const NO_ACTION = 'no action was named that may be made and undone; --action names one'

const needsSignIn = ({ passive }: AuditOptions) => (passive ? PASSIVE : null)
const needsLogin = (options: AuditOptions) =>
  options.passive ? PASSIVE : makesLogins(options) ? null : options.cookie === undefined ? RECORDED : COOKIE
const needsOwnJar = (options: AuditOptions) =>
  needsLogin(options) ?? (options.loginCommand === undefined ? null : APART)
const NOT_ASKED =
  'changing the password of the account was not asked for (--change-password does it, and changes it back)'
const needsConsent = (options: AuditOptions) =>
  needsLogin(options) ?? (options.changePassword === true ? null : NOT_ASKED)
const always = () => null

export const STEPS: readonly Step[] = [
  {
    step: 'reach',
    describes: 'open the start page, and look for the login when passive',
    requests: REACH_REQUESTS,
    logins: 0,
    essential: true,
    skip: always,
    run: reach,
  },
  {
    step: 'signIn',
    describes: 'find the login form and sign in once',
    requests: 8,
    logins: 1,
    essential: true,
    skip: needsSignIn,
    run: signInOnce,
  },
  {
    step: 'oracle',
    describes: 'find a page that tells signed-in from anonymous, each the same three times',
    requests: 26,
    logins: 0,
    essential: true,
    skip: needsSignIn,
    run: oracle,
  },
  {
    step: 'carrier',
    describes: 'send the cookies one by one and all but one, each from a clean client; again when remembered',
    requests: 30,
    logins: 1,
    essential: false,
    skip: needsSignIn,
    run: carrier,
  },
  probe('concurrentSessions', probeConcurrentSessions, {
    describes: (options) => `sign in ${loginsFor(options)} times in a row, and see which sessions stay alive`,
    requests: (options) => loginsFor(options) * (4 + loginsFor(options)) + 4,
    logins: (options) => loginsFor(options),
    skip: needsLogin,
  }),
  probe('logout', probeLogout, {
    describes: 'log out as a user would, then replay the saved session from a clean client',
    requests: 16,
    logins: 1,
    skip: needsSignIn,
  }),
  probe('fixation', probeFixation, {
    describes: 'log in with IDs as visitors get them and with a planted one, then replay those alone',
    requests: 24,
    logins: 3,
    skip: needsOwnJar,
    meanwhile: true,
    lane: 'own',
  }),
  probe('idInUrl', probeIdInUrl, {
    describes: 'look for the session in URLs, and send it in one',
    requests: 8,
    logins: 1,
    skip: needsSignIn,
    meanwhile: true,
    lane: 'shared',
  }),
  probe('reauthentication', probeReauthentication, {
    describes:
      'give the password again while signed in (a wrong one too if need be), then replay the ID from before',
    requests: 24,
    logins: 3,
    skip: needsOwnJar,
    meanwhile: true,
    lane: 'shared',
  }),
  probe('strictIds', probeStrictIds, {
    describes: 'show the site an ID that it never issued, before a login too if need be',
    requests: 10,
    logins: 1,
    skip: needsOwnJar,
    meanwhile: true,
  }),
  probe('idShape', probeIdShape, {
    describes: 'collect session values as a visitor and count the bits that can be random',
    requests: ({ idSamples = USUAL_SAMPLES }) => 12 + idSamples,
    logins: 2,
    skip: needsSignIn,
    meanwhile: true,
  }),
  probe('caching', probeCaching, {
    describes: 'read the caching headers of a user’s own pages, and ask for them as a visitor',
    requests: 6,
    logins: 1,
    skip: needsSignIn,
    withoutCarrier: true,
    meanwhile: true,
  }),
  {
    step: 'transport',
    describes: 'read Strict-Transport-Security and ask for the plain-http address',
    requests: ({ passive }) => (passive ? PLAIN_REQUESTS : 2),
    logins: 0,
    essential: false,
    meanwhile: true,
    skip: always,
    run: transport,
  },
  probe('logoutGet', probeLogoutGet, {
    describes: 'ask for the logout by GET as an image and a link on another site would, and look who is left',
    requests: 26,
    logins: 2,
    skip: needsLogin,
  }),
  probe('crossSiteRequest', probeCrossSiteRequest, {
    describes: ({ action }) => (action ? actionInWords(action) : ''),
    requests: 110,
    logins: 3,
    skip: (options) => (options.action === undefined ? NO_ACTION : needsLogin(options)),
  }),
  probe('passwordChange', probePasswordChange, {
    describes: 'CHANGE THE PASSWORD, replay what was signed in before, change it back and sign in with it',
    requests: 80,
    logins: 8,
    skip: needsConsent,
  }),
  probe('tokens', probeTokens, {
    describes:
      'where the session is in a JSON Web Token: send ones that the site never made, in the user’s own name',
    requests: 60,
    logins: 1,
    skip: needsSignIn,
  }),
  {
    step: 'timeouts',
    describes:
      'leave sessions unused, keep others in use, and look when they end; this waits, or --resume goes on later',
    requests: (options) => costOf(options).requests,
    logins: (options) => costOf(options).logins,
    essential: false,
    skip: (options) => (isTimed(options) ? needsLogin(options) : TIMES_NOT_NAMED),
    run: timeouts,
  },
  {
    step: 'visitor',
    describes:
      'ask for a page with no cookies, with the own, another client’s and unissued ones; post nothing',
    requests: VISITOR_REQUESTS,
    logins: 0,
    essential: false,
    skip: ({ passive }) => (passive ? null : SIGNED_IN),
    run: visitor,
  },
  {
    step: 'cookies',
    describes: 'read every cookie that was set so far as browsers do',
    requests: 0,
    logins: 0,
    essential: false,
    skip: always,
    run: async (run) => {
      const renamings = run.context?.renamings ?? []
      const cookies = probeCookies(run.http.answers, asideOf(run))
      note(
        run,
        'cookies',
        cookies.map((cookie) => ({ ...cookie, name: underLabel(cookie.name, renamings) })),
      )
    },
  },
  {
    step: 'signedCookies',
    describes: 'try well-known secrets on the signatures of those cookies',
    requests: 0,
    logins: 0,
    essential: false,
    skip: always,
    run: async (run) => note(run, 'signedCookies', probeSignedCookies(run.http.answers, run.context)),
  },
  {
    step: 'framework',
    describes: 'recognise the framework by its default names and headers',
    requests: 0,
    logins: 0,
    essential: false,
    skip: always,
    run: async (run) => {
      const carriers = run.context?.carrier.carriers ?? visitorsCookies(run)
      note(run, 'framework', probeFramework(run.http.answers, carriers))
    },
  },
]

/** A probe that works on a signed-in context. */
function probe<N extends EvidenceName>(
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
