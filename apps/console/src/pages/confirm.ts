import { Hono } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import { field, type Problems, readForm } from '../forms.ts'
import { send, takesFocus } from '../layout.ts'
import { problemSummary } from '../problem-summary.ts'
import { csrfField } from '../security/csrf.ts'
import { isPasswordOf } from '../security/password-check.ts'
import { safePath, signedIn, userOf } from '../signed-in.ts'
import { sendTooMany } from './errors.ts'

const form = z.object({ password: z.string().max(10_000).default(''), next: z.string().optional() })
const wrong = { password: 'This is not your password.' }

/** Asks for the password again before what matters, and goes back to the page that wanted it (ASVS 7.5.1). */
export function confirmPages(services: Services): Hono<ConsoleEnv> {
  const pages = new Hono<ConsoleEnv>()

  pages.get('/confirm', signedIn, (c) => confirmPage(c, safePath(c.req.query('next')), {}))

  pages.post('/confirm', signedIn, async (c) => {
    const { values, typed } = await readForm(c, form)
    const next = safePath(values?.next ?? typed.next)
    const answer = await isPasswordOf(services, c, userOf(c), values?.password ?? '')
    if (typeof answer === 'number') return sendTooMany(c, answer)
    if (!answer) return confirmPage(c, next, wrong)
    await c.var.session.reauthenticate({ methods: ['pwd'] })
    return c.redirect(`${next}?notice=confirmed`, 303)
  })

  return pages
}

/** What a page says to who comes back to it from here. */
export const confirmedNotice = 'Thank you. Now choose again what you wanted to do.'

function confirmPage(c: ConsoleContext, next: string, problems: Problems): Promise<Response> {
  const isWrong = problems.password !== undefined
  return send(c, {
    title: 'Confirm that it is you',
    status: isWrong ? 422 : 200,
    narrow: true,
    body: html`${isWrong ? html`<h1>Confirm that it is you</h1>` : html`<h1 ${takesFocus}>Confirm that it is you</h1>`}
${problemSummary('That was not confirmed.', problems, { password: 'Password' })}
<p class="lead">What comes next asks for your password, because you last gave it more than 10 minutes ago.</p>
<form class="card form" method="post" action="/confirm">${csrfField(c)}
<input type="text" name="username" autocomplete="username" value="${userOf(c).name}" hidden readonly>
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true, problem: problems.password })}
<input type="hidden" name="next" value="${next}">
<div class="actions"><button class="button primary">Confirm</button><a class="button" href="${next}">Back</a></div>
</form>`,
  })
}
