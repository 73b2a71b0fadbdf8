import { SessionError } from '../errors.ts'
import { isStorable } from './values/stored-text.ts'

/** @throws SessionError `user_id_invalid` */
export function assertUserId(userId: unknown): void {
  if (typeof userId === 'string' && userId !== '' && isStorable(userId)) return
  throw new SessionError(
    'user_id_invalid',
    'login(userId) needs a non-empty string of well-formed Unicode without U+0000. Write String(id) for a number.',
  )
}
