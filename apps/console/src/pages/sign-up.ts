import { Hono } from 'hono'
import { html } from 'hono/html'
import { hashPassword } from 'latchkey/password'
import { z } from 'zod'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import { nameKey, namePattern } from '../data/users.ts'
import { field, type Problems, readForm } from '../forms.ts'
import { send } from '../layout.ts'
import { problemSummary } from '../problem-summary.ts'
import { minPasswordLength, passwordProblem } from '../security/passwords.ts'
import { sendTooMany } from './errors.ts'

const nameHint = '3 to 32 letters, digits, dots, dashes or underscores.'

const form = z
  .object({
    username: z.string('Choose a name.').trim().regex(namePattern, nameHint),
    password: z.string('Choose a password.').max(10_000, 'Use at most 256 characters.'),
  })
  .superRefine(({ username, password }, context) => {
    const problem = passwordProblem(password, username)
    if (problem) context.addIssue({ code: 'custom', path: ['password'], message: problem })
  })

/**
 * A name that is taken and one that is free get the same answer after the same work; only signing in tells them
 * apart, and sign-ins are throttled.
 */
export function signUpPages({ users, admins, throttles, addressOf }: Services): Hono<ConsoleEnv> {
  const pages = new Hono<ConsoleEnv>()

  pages.get('/sign-up', async (c) => {
    if (c.var.session.userId !== null) return c.redirect('/', 303)
    return signUpPage(c, {})
  })

  pages.post('/sign-up', async (c) => {
    const { values, problems, typed } = await readForm(c, form)
    if (!values) return signUpPage(c, problems, typed.username)
    const wait = await throttles.signUp(addressOf(c))
    if (wait !== null) return sendTooMany(c, wait)
    const hash = await hashPassword(values.password)
    // The operator named an account that existed: who comes now is not meant.
    if (!admins.has(nameKey(values.username))) await users.create(values.username, hash)
    return c.redirect('/sign-in?notice=sign-up', 303)
  })

  return pages
}

function signUpPage(c: ConsoleContext, problems: Problems, name = ''): Promise<Response> {
  const isWrong = Object.keys(problems).length > 0
  return send(c, {
    title: 'Sign up',
    status: isWrong ? 422 : 200,
    narrow: true,
    body: html`<h1>Sign up</h1>
<p class="lead">With an account you can audit what lies behind a sign-in, and keep the reports.</p>
${problemSummary('No account was made.', problems, { username: 'User name', password: 'Password' })}
<form class="card form" method="post" action="/sign-up">
${field({ name: 'username', label: 'User name', autocomplete: 'username', required: true, value: name.slice(0, 64), hint: nameHint, problem: problems.username, maxLength: 32 })}
${field({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'new-password',
  required: true,
  hint: `At least ${minPasswordLength} characters, as NIST asks where a password stands alone. Any characters; several words do well.`,
  problem: problems.password,
})}
<button class="button primary">Create account</button>
</form>
<p class="aside">Have an account? <a href="/sign-in">Sign in</a>.</p>`,
  })
}
