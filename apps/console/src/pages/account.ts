import { Hono } from 'hono'
import { html } from 'hono/html'
import { hashPassword } from 'latchkey/password'
import { z } from 'zod'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import { exactly } from '../format.ts'
import { checkbox, field, type Problems, readForm } from '../forms.ts'
import type { Html } from '../html.ts'
import { announced, send } from '../layout.ts'
import { problemSummary } from '../problem-summary.ts'
import { csrfField } from '../security/csrf.ts'
import { isPasswordOf } from '../security/password-check.ts'
import { minPasswordLength, passwordProblem } from '../security/passwords.ts'
import { signedIn, userOf } from '../signed-in.ts'
import { sendError, sendTooMany } from './errors.ts'
import { eventList } from './events.ts'

const form = z.object({
  current: z.string('Give your current password.').max(10_000, 'This is not your current password.'),
  password: z.string('Choose a password.').max(10_000, 'Use at most 256 characters.'),
})
const shownEvents = 5

export function accountPages(services: Services): Hono<ConsoleEnv> {
  const { users, sessions, history, recorder, now } = services
  const pages = new Hono<ConsoleEnv>()

  pages.get('/account', signedIn, (c) => accountPage(c, {}))

  // The current password, asked for every time, is the step-up here (ASVS 6.2.3).
  pages.post('/account/password', signedIn, async (c) => {
    const { session } = c.var
    const user = userOf(c)
    const { values, problems, typed } = await readForm(c, form)
    const others = typed.others === 'yes'
    if (!values) return accountPage(c, problems, others)
    const problem = passwordProblem(values.password, user.name)
    if (problem) return accountPage(c, { password: problem }, others)
    const answer = await isPasswordOf(services, c, user, values.current)
    if (typeof answer === 'number') return sendTooMany(c, answer)
    if (!answer) return accountPage(c, { current: 'This is not your current password.' }, others)

    const hash = await hashPassword(values.password)
    if (!(await users.replacePassword(user.id, user.passwordHash, hash))) return sendError(c, 409)
    // Only now: a sign-in with the old password can no longer slip in between.
    const ended = others ? await sessions.revokeUser(user.id, { except: session.sid }) : 'none'
    if (session.sid !== null) recorder.passwordChanged(user.id, session.sid)
    await session.reauthenticate({ methods: ['pwd'] })
    return c.redirect(`/account?ended=${ended}`, 303)
  })

  async function accountPage(c: ConsoleContext, problems: Problems, others = true): Promise<Response> {
    const user = userOf(c)
    const isWrong = Object.keys(problems).length > 0
    await recorder.settled()
    const recent = await history.ofUser(user.id, shownEvents)
    return send(c, {
      title: 'Account',
      under: '/account',
      status: isWrong ? 422 : 200,
      narrow: true,
      body: html`<h1>Account</h1>
${announced('good', isWrong ? null : changedText(c.req.query('ended')))}${problemSummary('The password was not changed.', problems, { current: 'Current password', password: 'New password' })}
<dl class="facts card"><div><dt>User name</dt><dd>${user.name}</dd></div>
<div><dt>Account since</dt><dd>${exactly(user.createdAt)}</dd></div>
<div><dt>Signed in with</dt><dd>A password. <a href="/devices">See your devices</a>.</dd></div></dl>
<h2 id="change">Change password</h2>
${passwordForm(c, problems, others)}
<h2>Recent activity</h2>
<div class="card">${eventList(recent, now())}</div>
<p class="aside"><a href="/activity">All activity</a></p>
<h2>Delete account</h2>
<p class="aside">Your account, your reports and all your sessions go, at once and for good.</p>
<p class="actions after"><a class="button danger" href="/account/delete">Delete account</a></p>`,
    })
  }

  return pages
}

function passwordForm(c: ConsoleContext, problems: Problems, others: boolean): Html {
  return html`<form class="card form" method="post" action="/account/password" aria-labelledby="change">${csrfField(c)}
<input type="text" name="username" autocomplete="username" value="${userOf(c).name}" hidden readonly>
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
${checkbox({ name: 'others', label: 'End my sessions on all other devices', checked: others, hint: 'Whoever knows the old password may be signed in on one of them.' })}
<button class="button primary">Change password</button>
</form>`
}

function changedText(ended: string | undefined): string | null {
  if (ended === 'none') return 'Your password is changed. Your other sessions go on.'
  if (ended === undefined || !/^\d{1,4}$/.test(ended)) return null
  const others = ended === '1' ? '1 other session was' : `${ended} other sessions were`
  return `Your password is changed. ${others} ended.`
}
