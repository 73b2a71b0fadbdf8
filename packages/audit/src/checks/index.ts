import type { Check } from '../judging/check.ts'
import { bulkRevoke } from './bulk-revoke.ts'
import { caching } from './caching.ts'
import { concurrentSessions } from './concurrent-sessions.ts'
import { cookieHttpOnly } from './cookie-httponly.ts'
import { cookieLifetime } from './cookie-lifetime.ts'
import { cookieSameSite } from './cookie-samesite.ts'
import { cookieScope } from './cookie-scope.ts'
import { cookieSecret } from './cookie-secret.ts'
import { cookieSecure } from './cookie-secure.ts'
import { crossSiteRequest } from './cross-site-request.ts'
import { defaultName } from './default-name.ts'
import { fixation } from './fixation.ts'
import { idInUrl } from './id-in-url.ts'
import { idLength } from './id-length.ts'
import { lateAnswer } from './late-answer.ts'
import { loginForm } from './login-form.ts'
import { logout } from './logout.ts'
import { logoutGet } from './logout-get.ts'
import { logoutInFlight } from './logout-in-flight.ts'
import { passwordChangeRotation } from './password-change-rotation.ts'
import { passwordChangeSessions } from './password-change-sessions.ts'
import { reauthentication } from './reauthentication.ts'
import { streamOutlivesLogout } from './stream-outlives-logout.ts'
import { strictIds } from './strict-ids.ts'
import { tokenLifetime } from './token-lifetime.ts'
import { tokenSignature } from './token-signature.ts'
import { transport } from './transport.ts'

/** Every check, in the order of the report. */
export const checks: readonly Check[] = [
  fixation,
  strictIds,
  logout,
  logoutGet,
  logoutInFlight,
  lateAnswer,
  streamOutlivesLogout,
  bulkRevoke,
  crossSiteRequest,
  concurrentSessions,
  reauthentication,
  passwordChangeRotation,
  passwordChangeSessions,
  idInUrl,
  idLength,
  tokenSignature,
  tokenLifetime,
  cookieSecret,
  cookieHttpOnly,
  cookieSecure,
  cookieSameSite,
  cookieScope,
  cookieLifetime,
  transport,
  loginForm,
  caching,
  defaultName,
]
