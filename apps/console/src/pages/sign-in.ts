import { Hono } from 'hono'
import { html } from 'hono/html'
import { hashPassword, needsRehash, verifyPassword } from 'latchkey/password'
import { z } from 'zod'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import type { User } from '../data/users.ts'
import { checkbox, field, readForm } from '../forms.ts'
import { announced, send } from '../layout.ts'
import { staysSignedIn } from '../policies.ts'
import { safePath } from '../signed-in.ts'
import { describeUserAgent } from '../user-agent.ts'
import { sendTooMany } from './errors.ts'

const form = z.object({
  username: z.string().max(1000).default(''),
  password: z.string().max(10_000).default(''),
  next: z.string().optional(),
  remember: z.string().optional(),
})

const failed = 'This name and password do not fit together.'
const disabled = 'This account is disabled. Ask whoever runs this console.'
const notices: Readonly<Record<string, string>> = {
  'sign-up': 'If this name was free, the account now exists. Sign in with the password you chose.',
  'signed-out': 'You are signed out.',
  'all-ended': 'Every session has ended, yours too. Sign in again to go on.',
}

export function signInPages({ users, audits, recorder, throttles, addressOf }: Services): Hono<ConsoleEnv> {
  const pages = new Hono<ConsoleEnv>()

  pages.get('/sign-in', async (c) => {
    if (c.var.session.userId !== null) return c.redirect('/', 303)
    const next = safePath(c.req.query('next'))
    return signInPage(c, { info: notices[c.req.query('notice') ?? ''] ?? null, next })
  })

  pages.post('/sign-in', async (c) => {
    const { values } = await readForm(c, form)
    if (!values) return signInPage(c, { bad: failed })
    const { username, password } = values
    const next = safePath(values.next)
    const remember = values.remember === 'yes'
    const name = username.trim()
    const wait = await throttles.signIn(name, addressOf(c))
    if (wait !== null) return sendTooMany(c, wait)

    const user = await users.byName(name)
    const fits = await verifyPassword(password, user?.passwordHash ?? null)
    const view = { bad: failed, name, next, remember }
    if (!user || !fits) return signInPage(c, view)
    // Only to who has the password: nobody else learns that there is such an account.
    if (user.disabledAt !== null) return signInPage(c, { ...view, bad: disabled })
    const pause = await throttles.right(name, addressOf(c))
    if (pause !== null) return sendTooMany(c, pause)
    if (!(await startSession(c, user, remember))) return signInPage(c, view)
    await renewHash(user, password)
    return c.redirect(next, 303)
  })

  pages.post('/sign-out', async (c) => {
    await c.var.session.logout()
    return c.redirect('/sign-in?notice=signed-out', 303)
  })

  /**
   * False when the account was disabled or deleted, or got another password, while this one was verified: then no
   * session may begin that whoever did that could not see and end.
   */
  async function startSession(c: ConsoleContext, user: User, remember: boolean): Promise<boolean> {
    const { session } = c.var
    const visitorSid = session.userId === null ? session.sid : null
    await session.login(user.id, { policy: remember ? staysSignedIn : 'default', methods: ['pwd'] })
    const account = await users.byId(user.id)
    if (account?.passwordHash !== user.passwordHash || account.disabledAt !== null) {
      await session.logout()
      return false
    }
    await session.set('name', user.name)
    if (session.sid !== null) recorder.describe(session.sid, describeUserAgent(c.req.header('user-agent')))
    if (visitorSid !== null) await audits.claim(visitorSid, user.id)
    return true
  }

  async function renewHash(user: User, password: string): Promise<void> {
    if (!needsRehash(user.passwordHash)) return
    await users.replacePassword(user.id, user.passwordHash, await hashPassword(password))
  }

  return pages
}

interface SignInView {
  readonly info?: string | null
  readonly bad?: string
  readonly name?: string
  /** Where to go after the sign-in. */
  readonly next?: string
  readonly remember?: boolean
}

function signInPage(
  c: ConsoleContext,
  { info = null, bad, name = '', next = '/', remember = false }: SignInView,
): Promise<Response> {
  return send(c, {
    title: 'Sign in',
    status: bad === undefined ? 200 : 401,
    narrow: true,
    body: html`<h1>Sign in</h1>
${announced('info', info)}${announced('bad', bad ?? null)}
<form class="card form" method="post" action="/sign-in">
${field({ name: 'username', label: 'User name', autocomplete: 'username', required: true, value: name, maxLength: 64 })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true })}
${checkbox({ name: 'remember', label: 'Stay signed in on this device', checked: remember, hint: 'For 30 days, or until it was not used for 14. Leave it empty on a computer that others use.' })}
${next === '/' ? '' : html`<input type="hidden" name="next" value="${next}">`}
<button class="button primary">Sign in</button>
</form>
<p class="aside">No account yet? <a href="/sign-up">Sign up</a>.</p>`,
  })
}
