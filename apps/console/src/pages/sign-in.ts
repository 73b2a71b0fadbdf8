import { Hono } from 'hono'
import { html } from 'hono/html'
import { hashPassword, needsRehash, verifyPassword } from 'latchkey/password'
import { z } from 'zod'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import type { User } from '../data/users.ts'
import { field, readForm } from '../forms.ts'
import { notice, send } from '../layout.ts'
import { safePath } from '../signed-in.ts'
import { sendTooMany } from './errors.ts'

const form = z.object({
  username: z.string().max(1000).default(''),
  password: z.string().max(10_000).default(''),
  next: z.string().optional(),
})

const failed = 'This name and password do not fit together.'
const notices: Readonly<Record<string, string>> = {
  'sign-up': 'If this name was free, the account now exists. Sign in with the password you chose.',
  'signed-out': 'You are signed out.',
}

export function signInPages({ users, audits, throttles, addressOf }: Services): Hono<ConsoleEnv> {
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
    const name = username.trim()
    const wait = await throttles.signIn(name, addressOf(c))
    if (wait !== null) return sendTooMany(c, wait)

    const user = await users.byName(name)
    const fits = await verifyPassword(password, user?.passwordHash ?? null)
    if (!user || !fits || !(await startSession(c, user))) return signInPage(c, { bad: failed, name, next })
    await throttles.signedIn(name, addressOf(c))
    await renewHash(user, password)
    return c.redirect(next, 303)
  })

  pages.post('/sign-out', async (c) => {
    await c.var.session.logout()
    return c.redirect('/sign-in?notice=signed-out', 303)
  })

  /** False when the password was changed while this one was verified: then no session of the old one may begin. */
  async function startSession(c: ConsoleContext, user: User): Promise<boolean> {
    const { session } = c.var
    const visitorSid = session.userId === null ? session.sid : null
    await session.login(user.id)
    if ((await users.byId(user.id))?.passwordHash !== user.passwordHash) {
      await session.logout()
      return false
    }
    const userAgent = (c.req.header('user-agent') ?? '').slice(0, 512)
    await session.set({ name: user.name, userAgent, address: addressOf(c) })
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
}

function signInPage(
  c: ConsoleContext,
  { info = null, bad, name = '', next = '/' }: SignInView,
): Promise<Response> {
  return send(c, {
    title: 'Sign in',
    status: bad === undefined ? 200 : 401,
    narrow: true,
    body: html`<h1>Sign in</h1>
${notice('info', info)}${notice('bad', bad ?? null)}
<form class="card form" method="post" action="/sign-in">
${field({ name: 'username', label: 'User name', autocomplete: 'username', required: true, value: name, maxLength: 64 })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true })}
${next === '/' ? '' : html`<input type="hidden" name="next" value="${next}">`}
<button class="button primary">Sign in</button>
</form>
<p class="aside">No account yet? <a href="/sign-up">Sign up</a>.</p>`,
  })
}
