import { createMiddleware } from 'hono/factory'
import type { ConsoleEnv, Services } from './context.ts'
import { nameKey } from './data/users.ts'

/**
 * Finds who is signed in. Disabling and deleting an account end its sessions; should one be left, because the store
 * could not answer just then, it ends at its next use (ASVS 7.4.2).
 */
export function findAccount({ users, admins }: Pick<Services, 'users' | 'admins'>) {
  return createMiddleware<ConsoleEnv>(async (c, next) => {
    const { session } = c.var
    c.set('user', null)
    c.set('isAdmin', false)
    // A sign-out needs no account, and must work while the database is away.
    if (session.userId !== null && c.req.path !== '/sign-out') {
      const user = await users.byId(session.userId)
      if (user === null || user.disabledAt !== null) {
        await session.logout()
        c.set('csrfToken', null)
      } else {
        c.set('user', user)
        c.set('isAdmin', admins.has(nameKey(user.name)))
      }
    }
    return next()
  })
}
