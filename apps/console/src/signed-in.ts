import { createMiddleware } from 'hono/factory'
import type { ConsoleContext, ConsoleEnv } from './context.ts'

/** Sends visitors to the sign-in page, and from there back to where they wanted to go. */
export const signedIn = createMiddleware<ConsoleEnv>(async (c, next) => {
  if (c.var.session.userId !== null) return next()
  const wanted = c.req.method === 'GET' ? `?next=${encodeURIComponent(c.req.path)}` : ''
  return c.redirect(`/sign-in${wanted}`, 303)
})

/** The user behind a route that {@link signedIn} guards. */
export function userIdOf(c: ConsoleContext): string {
  const { userId } = c.var.session
  if (userId === null) throw new Error('This route is not guarded by signedIn.')
  return userId
}

/** A path of this console to go to next; anything else becomes the home page. */
export function safePath(path: string | undefined): string {
  return path !== undefined && /^\/(?:[\w-]+(?:\/[\w-]+)*)?$/.test(path) ? path : '/'
}
