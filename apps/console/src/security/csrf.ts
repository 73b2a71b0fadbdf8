import { createMiddleware } from 'hono/factory'
import { html } from 'hono/html'
import type { ConsoleContext, ConsoleEnv } from '../context.ts'
import { readFields } from '../forms.ts'
import type { Html } from '../html.ts'

// A page of these may be older than the sign-in in another tab. The session layer's check of the origin covers them.
const visitorForms = new Set(['/sign-in', '/sign-up'])

/**
 * Forms of signed-in users carry a token of their session (NIST SP 800-63B-4 section 5.1), beside the check of the
 * origin that the session layer does for every request. Forms of visitors carry none: it would take storing a session
 * for each of them, which cannot be done for one whose cookie is out of date.
 * @throws SessionError `csrf_token_invalid`
 */
export const csrfTokens = createMiddleware<ConsoleEnv>(async (c, next) => {
  const { session } = c.var
  const { method, path } = c.req
  c.set('csrfToken', null)
  if (session.userId !== null) {
    if (method === 'POST' && !visitorForms.has(path)) session.verifyCsrfToken((await readFields(c)).csrf)
    c.set('csrfToken', await session.csrfToken())
  }
  return next()
})

/** The token for a form, as a field; nothing for visitors. Every form that is posted has it. */
export function csrfField(c: ConsoleContext): Html | '' {
  // Not set yet when a request is refused before its session is open.
  const token = c.var.csrfToken ?? null
  return token === null ? '' : html`<input type="hidden" name="csrf" value="${token}">`
}
