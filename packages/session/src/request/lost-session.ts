import { SessionError } from '../errors.ts'

/** Somebody else has changed the secret meanwhile: this handle may not go on with it. */
export function superseded(): SessionError {
  return new SessionError(
    'session_superseded',
    'Another request gave this browser a new token, or ended the session. Send the request again.',
  )
}

/** The session is gone. */
export function ended(): SessionError {
  return new SessionError(
    'session_ended',
    'This session has ended; nothing was stored. The user must sign in again.',
  )
}

/** A visitor asks for what users may do. */
export function nobodySignedIn(): SessionError {
  return new SessionError(
    'session_ended',
    'Nobody is signed in here, or no longer. The user must sign in first.',
  )
}

/** The policy that was asked for is over already for this session. */
export function overUnderPolicy(): SessionError {
  return new SessionError(
    'reauthentication_required',
    'Under this policy the session would be over already, so nothing was changed: let the user authenticate again first.',
  )
}

/** A cookie is needed that no head can take any more. */
export function answerStarted(): SessionError {
  return new SessionError(
    'answer_started',
    'This needs a cookie, and the head of the answer is out already, its connection closed, or it is an upgrade, which ' +
      'has none: nothing was changed. Call it before the first byte of the answer, or in an ordinary request. In Next.js: ' +
      'in a route handler, a server action or the proxy, and not while a server component renders.',
  )
}
