import { createMiddleware } from 'hono/factory'
import { isSessionError } from 'latchkey'
import type { ConsoleContext, ConsoleEnv } from './context.ts'
import type { User } from './data/users.ts'

/** How old the last authentication may be for what matters. */
const freshFor = '10m'

/** Sends visitors to the sign-in page, and from there back to where they wanted to go. */
export const signedIn = createMiddleware<ConsoleEnv>(async (c, next) => {
  if (c.var.user !== null) return next()
  const wanted = c.req.method === 'GET' ? `?next=${encodeURIComponent(c.req.path)}` : ''
  return c.redirect(`/sign-in${wanted}`, 303)
})

/** The user behind a route that {@link signedIn} guards. */
export function userOf(c: ConsoleContext): User {
  const { user } = c.var
  if (user === null) throw new Error('This route is not guarded by signedIn.')
  return user
}

/**
 * Step-up (ASVS 7.5.1, 7.5.2): who signed in more than 10 minutes ago gives the password again, and comes back to
 * `page`. What was posted is not kept: the user does it again there.
 */
export const stepUp = (page: string) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    if (isFresh(c)) return next()
    return c.redirect(`/confirm?next=${encodeURIComponent(page)}`, 303)
  })

/** Whether the user authenticated a short time ago. */
export function isFresh(c: ConsoleContext): boolean {
  try {
    c.var.session.requireFresh(freshFor)
    return true
  } catch (error) {
    if (isSessionError(error) && error.code === 'reauthentication_required') return false
    throw error
  }
}

/** A path of this console to go to next; anything else becomes the home page. */
export function safePath(path: string | undefined): string {
  return path !== undefined && /^\/(?:[\w-]+(?:\/[\w-]+)*)?$/.test(path) ? path : '/'
}
