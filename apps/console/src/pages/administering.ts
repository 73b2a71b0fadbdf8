import { createMiddleware } from 'hono/factory'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import { administration } from '../policies.ts'
import { sendError } from './errors.ts'

/** Nobody else learns that there is such a page. */
export const administrator = createMiddleware<ConsoleEnv>((c, next) =>
  c.var.isAdmin ? next() : sendError(c, 404),
)

/** Sends administrators whose privilege has run out to where they get it. */
export const administering = createMiddleware<ConsoleEnv>(async (c, next) => {
  if (c.var.session.hasPrivilege(administration.privilege)) return next()
  return c.redirect('/admin', 303)
})

export type AdminAction =
  | 'enter'
  | 'leave'
  | 'disable-account'
  | 'enable-account'
  | 'end-session'
  | 'end-sessions-of-user'
  | 'end-all-sessions'

/**
 * Writes down what an administrator did, by the name the OWASP Logging Vocabulary has for it. Handles only: `by` is
 * the sid of the administrator's session, `user` an account's random id.
 */
export function logAdministration(
  c: ConsoleContext,
  { log }: Pick<Services, 'log'>,
  action: AdminAction,
  on: { readonly sid?: string; readonly user?: string; readonly count?: number } = {},
): void {
  log.warn(
    { event: 'authz_admin', action, by: c.var.session.sid, admin: c.var.user?.id, ...on },
    'administration',
  )
}
