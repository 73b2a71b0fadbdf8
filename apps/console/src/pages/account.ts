import { Hono } from 'hono'
import { html } from 'hono/html'
import { hashPassword, verifyPassword } from 'latchkey/password'
import { z } from 'zod'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import { exactly } from '../format.ts'
import { field, type Problems, readForm } from '../forms.ts'
import { notice, send } from '../layout.ts'
import { minPasswordLength, passwordProblem } from '../security/passwords.ts'
import { signedIn, userIdOf } from '../signed-in.ts'
import { sendError, sendTooMany } from './errors.ts'

const form = z.object({
  current: z.string('Give your current password.').max(10_000, 'This is not your current password.'),
  password: z.string('Choose a password.').max(10_000, 'Use at most 256 characters.'),
})

export function accountPages({ users, sessions, throttles, addressOf }: Services): Hono<ConsoleEnv> {
  const pages = new Hono<ConsoleEnv>()

  pages.get('/account', signedIn, (c) => accountPage(c, {}))

  pages.post('/account/password', signedIn, async (c) => {
    const { session } = c.var
    const user = await users.byId(userIdOf(c))
    if (!user) return sendError(c, 401)
    const { values, problems } = await readForm(c, form)
    if (!values) return accountPage(c, problems)
    const problem = passwordProblem(values.password, user.name)
    if (problem) return accountPage(c, { password: problem })
    const wait = await throttles.signIn(user.name, addressOf(c))
    if (wait !== null) return sendTooMany(c, wait)
    if (!(await verifyPassword(values.current, user.passwordHash))) {
      return accountPage(c, { current: 'This is not your current password.' })
    }
    await throttles.signedIn(user.name, addressOf(c))

    const changed = await users.replacePassword(
      user.id,
      user.passwordHash,
      await hashPassword(values.password),
    )
    if (!changed) return sendError(c, 409)
    // Only now: a sign-in with the old password can no longer slip in between.
    const ended = await sessions.revokeUser(user.id, { except: session.sid })
    await session.login(user.id)
    return c.redirect(`/account?ended=${ended}`, 303)
  })

  async function accountPage(c: ConsoleContext, problems: Problems): Promise<Response> {
    const user = await users.byId(userIdOf(c))
    if (!user) return sendError(c, 401)
    const isWrong = Object.keys(problems).length > 0
    return send(c, {
      title: 'Account',
      under: '/account',
      status: isWrong ? 422 : 200,
      narrow: true,
      body: html`<h1>Account</h1>
${notice('good', isWrong ? null : changedText(c.req.query('ended')))}${notice('bad', isWrong ? 'The password was not changed. See below.' : null)}
<dl class="facts card"><div><dt>User name</dt><dd>${user.name}</dd></div>
<div><dt>Account since</dt><dd>${exactly(user.createdAt)}</dd></div>
<div><dt>Sessions</dt><dd>End after 30 minutes without use, and 8 hours after the sign-in. <a href="/devices">See your devices</a>.</dd></div></dl>
<h2 id="change">Change password</h2>
<form class="card form" method="post" action="/account/password" aria-labelledby="change">
<input type="text" name="username" autocomplete="username" value="${user.name}" hidden readonly>
${field({ name: 'current', label: 'Current password', type: 'password', autocomplete: 'current-password', required: true, problem: problems.current })}
${field({
  name: 'password',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  required: true,
  hint: `At least ${minPasswordLength} characters. Any characters; several words do well.`,
  problem: problems.password,
})}
<p class="hint">Your sessions on other devices end, and this one gets a new token.</p>
<button class="button primary">Change password</button>
</form>`,
    })
  }

  return pages
}

function changedText(ended: string | undefined): string | null {
  if (ended === undefined || !/^\d{1,4}$/.test(ended)) return null
  const others = ended === '1' ? '1 other session was' : `${ended} other sessions were`
  return `Your password is changed. ${others} ended.`
}
