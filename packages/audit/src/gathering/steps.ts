import { actionInWords } from '../options/action.ts'
import { probePasswordChange } from '../probes/authentication/password-change.ts'
import { probeReauthentication } from '../probes/authentication/reauthentication.ts'
import { underLabel } from '../probes/carrier/renamed.ts'
import { probeCrossSiteRequest } from '../probes/cross-site-request/cross-site-request.ts'
import { probeCaching } from '../probes/headers/caching.ts'
import { probeCookies } from '../probes/headers/cookies.ts'
import { probeFramework } from '../probes/headers/framework.ts'
import { probeInFlight } from '../probes/in-flight/in-flight.ts'
import { probeLogout } from '../probes/logout/logout.ts'
import { probeLogoutGet } from '../probes/logout/logout-get.ts'
import { probeSignedCookies } from '../probes/secrets/signed-cookies.ts'
import { probeFixation } from '../probes/session-id/fixation.ts'
import { probeIdInUrl } from '../probes/session-id/id-in-url.ts'
import { probeIdShape } from '../probes/session-id/id-shape.ts'
import { probeStrictIds } from '../probes/session-id/strict-ids.ts'
import { probeBulkRevoke, SESSIONS } from '../probes/sessions/bulk-revoke.ts'
import { loginsFor, probeConcurrentSessions } from '../probes/sessions/concurrent-sessions.ts'
import { probeStreams } from '../probes/streams/streams.ts'
import { probeTokens } from '../probes/tokens/tokens.ts'
import { VISITOR_REQUESTS } from '../probes/visitor/visitor.ts'
import { asideOf, carrier, oracle, reach, signInOnce, transport } from './establish.ts'
import { note } from './run.ts'
import {
  always,
  needsConsent,
  needsLogin,
  needsOwnJar,
  needsSignIn,
  probe,
  SIGNED_IN,
  type Step,
} from './step.ts'
import { PLAIN_REQUESTS, REACH_REQUESTS, visitor, visitorsCookies } from './visitor.ts'

const NO_ACTION = 'no action was named that may be made and undone; --action names one'

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
    requests: 14,
    logins: 1,
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
  probe('inFlight', probeInFlight, {
    describes:
      'log out, and sign in, while requests of before are held back; post nothing but an unknown field',
    requests: 44,
    logins: 4,
    skip: needsLogin,
  }),
  probe('streams', probeStreams, {
    describes:
      'where a page opens a stream: open it signed in and as a visitor, log out, see what still comes',
    requests: 14,
    logins: 1,
    skip: needsLogin,
  }),
  probe('bulkRevoke', probeBulkRevoke, {
    describes: `where a page offers it: sign in ${SESSIONS} times at once, sign out everywhere, replay the others`,
    requests: SESSIONS * 6 + 20,
    logins: SESSIONS + 1,
    skip: needsLogin,
  }),
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
