import { actionInWords } from '../options/action.ts'
import { probePasswordChange } from '../probes/authentication/password-change.ts'
import { probeReauthentication } from '../probes/authentication/reauthentication.ts'
import { probeRememberMe } from '../probes/authentication/remember-me.ts'
import { probeCrossSiteRequest } from '../probes/cross-site-request/cross-site-request.ts'
import { probeLoginCsrf } from '../probes/cross-site-request/login-csrf.ts'
import { probeIdExposed } from '../probes/exposed/id-exposed.ts'
import { probeSharedCache } from '../probes/exposed/shared-cache.ts'
import { probeCaching } from '../probes/headers/caching.ts'
import { probeCookieTossing } from '../probes/headers/cookie-tossing.ts'
import { probeFraming, probeReferrer } from '../probes/headers/documents.ts'
import { probeDowngrade } from '../probes/headers/downgrade.ts'
import { probeInFlight } from '../probes/in-flight/in-flight.ts'
import { probeLogout } from '../probes/logout/logout.ts'
import { probeLogoutGet } from '../probes/logout/logout-get.ts'
import { probeSessionPuzzling } from '../probes/others/session-puzzling.ts'
import { probeTwoUsers } from '../probes/others/two-users.ts'
import { probeFixation } from '../probes/session-id/fixation.ts'
import { probeIdInUrl } from '../probes/session-id/id-in-url.ts'
import { probeIdShape, USUAL_SAMPLES } from '../probes/session-id/id-shape.ts'
import { probeStrictIds } from '../probes/session-id/strict-ids.ts'
import { probeBulkRevoke, ROUNDS, SESSIONS } from '../probes/sessions/bulk-revoke.ts'
import { loginsFor, probeConcurrentSessions } from '../probes/sessions/concurrent-sessions.ts'
import { probeStreams } from '../probes/streams/streams.ts'
import { costOf } from '../probes/timeouts/begin.ts'
import { probeTokens } from '../probes/tokens/tokens.ts'
import { carrier, oracle, reach, signInOnce, transport } from './establish.ts'
import { LAST_STEPS } from './last-steps.ts'
import {
  always,
  needsConsent,
  needsEverywhere,
  needsLogin,
  needsOwnJar,
  needsSignIn,
  probe,
  type Step,
} from './step.ts'
import { isTimed, TIMES_NOT_NAMED, timeouts } from './timeouts.ts'
import { PLAIN_REQUESTS, REACH_REQUESTS } from './visitor.ts'

const NO_SECOND = 'no second account was given (--second-username and --second-password)'
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
  probe('loginCsrf', probeLoginCsrf, {
    describes: 'send the right credentials as a page of another site could, then as the site’s own page',
    requests: 18,
    logins: 3,
    skip: needsOwnJar,
    meanwhile: true,
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
  probe('downgrade', probeDowngrade, {
    describes: 'send to the plain-http address what of the session a browser would send there',
    requests: 3,
    logins: 0,
    skip: needsSignIn,
    meanwhile: true,
  }),
  probe('sharedCache', probeSharedCache, {
    describes: 'look which answers give the session and may be kept for others; ask for a file of a page',
    requests: 14,
    logins: 0,
    skip: needsSignIn,
    meanwhile: true,
  }),
  probe('idExposed', probeIdExposed, {
    describes:
      'search all answers and what pages keep in the browser for the session’s value, and send what was found from a clean client',
    requests: 22,
    logins: 1,
    skip: needsSignIn,
    meanwhile: true,
  }),
  probe('framing', probeFraming, {
    describes: 'read which sites may put the user’s pages into a frame',
    requests: 0,
    logins: 0,
    skip: needsSignIn,
    meanwhile: true,
    withoutCarrier: true,
  }),
  probe('referrer', probeReferrer, {
    describes: 'read where addresses with the session in them are sent as a Referer',
    requests: 0,
    logins: 0,
    skip: needsSignIn,
    meanwhile: true,
  }),
  probe('cookieTossing', probeCookieTossing, {
    describes: 'where another host can plant a cookie: send one beside the session, in front and behind',
    requests: 6,
    logins: 0,
    skip: needsSignIn,
  }),
  probe('sessionPuzzling', probeSessionPuzzling, {
    describes: (options) =>
      options.puzzle || options.puzzleRequests
        ? 'SEND FORMS AS A VISITOR with the name of the account, and see whether that signs in'
        : 'where a login has two steps: take the first, and see whether that signs in',
    requests: ({ puzzle, puzzleRequests = [] }) => 6 + puzzleRequests.length * 4 + (puzzle ? 18 : 0),
    logins: ({ totpSecret }) => (totpSecret === undefined ? 0 : 1),
    skip: needsSignIn,
  }),
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
  probe('twoUsers', probeTwoUsers, {
    describes: 'sign in as the second user, and see what of the first one that opens',
    requests: 34,
    logins: 1,
    skip: (options) => (options.secondUsername === undefined ? NO_SECOND : needsOwnJar(options)),
  }),
  probe('passwordChange', probePasswordChange, {
    describes: 'CHANGE THE PASSWORD, replay what was signed in before, change it back and sign in with it',
    requests: 80,
    logins: 8,
    skip: needsConsent,
  }),
  probe('rememberMe', probeRememberMe, {
    describes: 'where "remember me" gives a cookie of its own: send it twice, and see what ended it',
    requests: 2,
    logins: 0,
    skip: needsLogin,
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
    requests: 70,
    logins: 5,
    skip: needsLogin,
  }),
  probe('streams', probeStreams, {
    describes:
      'where a page opens a stream: open it signed in and as a visitor, log out, see what still comes',
    requests: 20,
    logins: 1,
    skip: needsLogin,
  }),
  probe('bulkRevoke', probeBulkRevoke, {
    describes: `sign in ${SESSIONS} times at once, SIGN OUT EVERYWHERE, which ends the account’s sessions elsewhere too, and replay the others`,
    requests: ROUNDS * (SESSIONS * 6 + 20),
    logins: ROUNDS * (SESSIONS + 1),
    skip: needsEverywhere,
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
  ...LAST_STEPS,
]
