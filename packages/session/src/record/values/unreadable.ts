import { isSessionError, SessionError } from '../../errors.ts'

/** @param reason what is wrong, without a value */
export function unreadable(reason: string): SessionError {
  return new SessionError(
    'data_unreadable',
    `The data of this session cannot be read (${reason}), so the session is ended. The user must sign in again.`,
  )
}

export function isUnreadable(error: unknown): boolean {
  return isSessionError(error) && error.code === 'data_unreadable'
}
