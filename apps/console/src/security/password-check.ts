import { verifyPassword } from 'latchkey/password'
import type { ConsoleContext, Services } from '../context.ts'
import type { User } from '../data/users.ts'

/**
 * Whether this is the password of somebody who is signed in, counted as an attempt to sign in: a session that was
 * left open is no place to guess it. Seconds to wait when there were too many attempts.
 */
export async function isPasswordOf(
  { throttles, addressOf }: Pick<Services, 'throttles' | 'addressOf'>,
  c: ConsoleContext,
  user: User,
  password: string,
): Promise<boolean | number> {
  const wait = await throttles.signIn(user.name, addressOf(c))
  if (wait !== null) return wait
  if (!(await verifyPassword(password, user.passwordHash))) return false
  return (await throttles.right(user.name, addressOf(c))) ?? true
}
