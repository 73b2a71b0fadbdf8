import type { Check } from '../judging/check.ts'
import { absoluteTimeout } from './absolute-timeout.ts'
import { bulkRevoke } from './bulk-revoke.ts'
import { caching } from './caching.ts'
import { concurrentSessions } from './concurrent-sessions.ts'
import { cookieHttpOnly } from './cookie-httponly.ts'
import { cookieLifetime } from './cookie-lifetime.ts'
import { cookieSameSite } from './cookie-samesite.ts'
import { cookieScope } from './cookie-scope.ts'
import { cookieSecret } from './cookie-secret.ts'
import { cookieSecure } from './cookie-secure.ts'
import { cookieTossing } from './cookie-tossing.ts'
import { crossSiteRequest } from './cross-site-request.ts'
import { defaultName } from './default-name.ts'
import { downgrade } from './downgrade.ts'
import { fixation } from './fixation.ts'
import { framing } from './framing.ts'
import { idExposed } from './id-exposed.ts'
import { idInUrl } from './id-in-url.ts'
import { idLength } from './id-length.ts'
import { idPredictable } from './id-predictable.ts'
import { idleTimeout } from './idle-timeout.ts'
import { lateAnswer } from './late-answer.ts'
import { loginCsrf } from './login-csrf.ts'
import { loginForm } from './login-form.ts'
import { logout } from './logout.ts'
import { logoutGet } from './logout-get.ts'
import { logoutInFlight } from './logout-in-flight.ts'
import { passwordChangeRotation } from './password-change-rotation.ts'
import { passwordChangeSessions } from './password-change-sessions.ts'
import { reauthentication } from './reauthentication.ts'
import { referrerLeak } from './referrer-leak.ts'
import { rememberMe } from './remember-me.ts'
import { sessionPuzzling } from './session-puzzling.ts'
import { sharedCache } from './shared-cache.ts'
import { streamOutlivesLogout } from './stream-outlives-logout.ts'
import { strictIds } from './strict-ids.ts'
import { tokenLifetime } from './token-lifetime.ts'
import { tokenSignature } from './token-signature.ts'
import { transport } from './transport.ts'
import { twoUsers } from './two-users.ts'

/** Every check, in the order of the report. */
export const checks: readonly Check[] = [
  fixation,
  strictIds,
  logout,
  rememberMe,
  logoutGet,
  logoutInFlight,
  lateAnswer,
  streamOutlivesLogout,
  bulkRevoke,
  crossSiteRequest,
  loginCsrf,
  sessionPuzzling,
  twoUsers,
  concurrentSessions,
  idleTimeout,
  absoluteTimeout,
  reauthentication,
  passwordChangeRotation,
  passwordChangeSessions,
  idInUrl,
  referrerLeak,
  idExposed,
  idLength,
  idPredictable,
  tokenSignature,
  tokenLifetime,
  cookieSecret,
  cookieHttpOnly,
  cookieSecure,
  cookieSameSite,
  cookieScope,
  cookieTossing,
  cookieLifetime,
  transport,
  downgrade,
  loginForm,
  framing,
  caching,
  sharedCache,
  defaultName,
]
