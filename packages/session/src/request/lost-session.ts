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
