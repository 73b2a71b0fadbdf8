import { Hono } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import type { User } from '../data/users.ts'
import { ago } from '../format.ts'
import { checkbox, type Problems, readForm } from '../forms.ts'
import type { Html } from '../html.ts'
import { announced, send } from '../layout.ts'
import { administration } from '../policies.ts'
import { problemSummary } from '../problem-summary.ts'
import { csrfField } from '../security/csrf.ts'
import { isFresh, stepUp } from '../signed-in.ts'
import { administering, administrator, logAdministration } from './administering.ts'
import { confirmedNotice } from './confirm.ts'

const everybodyForm = z.object({ sure: z.literal('yes', 'Tick this if you are sure.') })
const shownUsers = 25

interface Listed {
  readonly user: User
  readonly sessions: number
}

/** Who has an account and where they are signed in, for those the operator named (ASVS 7.4.5). */
export function adminPages(services: Services): Hono<ConsoleEnv> {
  const { users, sessions, recorder, now } = services
  const pages = new Hono<ConsoleEnv>()
  pages.use('/admin/*', administrator)

  pages.get('/admin', async (c) => {
    if (c.var.session.hasPrivilege(administration.privilege)) return usersPage(c, {})
    return isFresh(c) ? enterPage(c) : c.redirect('/confirm?next=%2Fadmin', 303)
  })

  pages.post('/admin/enter', stepUp('/admin'), async (c) => {
    const { session } = c.var
    // The session keeps to the short policy from here on, also when the privilege has run out.
    const { privilege, ...terms } = administration
    await session.elevate(privilege, terms)
    logAdministration(c, services, 'enter')
    return c.redirect('/admin', 303)
  })

  pages.post('/admin/leave', administering, async (c) => {
    await c.var.session.drop(administration.privilege, { policy: 'default' })
    logAdministration(c, services, 'leave')
    return c.redirect('/', 303)
  })

  // Everybody's, this one too: whoever has reason to do it cannot know that this session is not a thief's as well.
  pages.post('/admin/end-all', administering, async (c) => {
    const { values, problems } = await readForm(c, everybodyForm)
    if (!values) return usersPage(c, problems)
    const count = await sessions.revokeAll()
    recorder.endedAll()
    logAdministration(c, services, 'end-all-sessions', { count })
    await c.var.session.logout()
    return c.redirect('/sign-in?notice=all-ended', 303)
  })

  async function usersPage(c: ConsoleContext, problems: Problems): Promise<Response> {
    const after = (c.req.query('after') ?? '').slice(0, 32)
    const found = await users.list({ after, limit: shownUsers + 1 })
    const shown = await Promise.all(
      found
        .slice(0, shownUsers)
        .map(async (user) => ({ user, sessions: (await sessions.list(user.id)).length })),
    )
    const last = shown.at(-1)
    const more = found.length > shownUsers && last ? last.user.name : null
    return send(c, {
      title: 'Administration',
      under: '/admin',
      status: problems.sure === undefined ? 200 : 422,
      body: html`<div class="heading"><div><h1>Administration</h1>
<p class="lead">Accounts and their sessions. You can administer for 15 minutes; what you do is written to the log.</p></div>
<form method="post" action="/admin/leave">${csrfField(c)}<button class="button">Stop administering</button></form></div>
${problemSummary('Nothing was ended.', problems, { sure: 'Yes, sign out everybody, me too' })}
<h2 class="above">Accounts</h2>
<ul class="users card">${shown.map((each) => userRow(each, now()))}</ul>
${after === '' && more === null ? '' : html`<p class="actions after">${after === '' ? '' : html`<a class="button" href="/admin">First page</a>`}${more === null ? '' : html`<a class="button" href="/admin?after=${more}">Next page</a>`}</p>`}
<h2 class="above" id="all">End everybody's sessions</h2>
${everybody(c, problems)}`,
    })
  }

  return pages
}

function userRow({ user, sessions }: Listed, now: number): Html {
  const count =
    sessions === 0 ? 'not signed in' : `${sessions.toLocaleString('en')} session${sessions === 1 ? '' : 's'}`
  return html`<li><a href="/admin/users/${user.id}">${user.name}</a>
${user.disabledAt === null ? '' : html`<span class="badge high">disabled</span>`}<span class="badge ${sessions === 0 ? 'muted' : ''}">${count}</span>
<span class="meta">made ${ago(user.createdAt, now)}</span></li>`
}

function everybody(c: ConsoleContext, problems: Problems): Html {
  return html`<form class="card form" method="post" action="/admin/end-all" aria-labelledby="all">${csrfField(c)}
<p>For when the session store may have been read or copied by somebody. Everybody has to sign in again, you too.</p>
${checkbox({ name: 'sure', label: 'Yes, sign out everybody, me too.', required: true, problem: problems.sure })}
<button class="button danger">End all sessions</button>
</form>`
}

function enterPage(c: ConsoleContext): Promise<Response> {
  return send(c, {
    title: 'Administration',
    under: '/admin',
    narrow: true,
    body: html`<h1>Administration</h1>
${announced('info', c.req.query('notice') === 'confirmed' ? confirmedNotice : null)}
<p class="lead">See accounts, disable them, and end sessions.</p>
<form class="card form" method="post" action="/admin/enter">${csrfField(c)}
<p>You can administer for 15 minutes. This session then ends after 15 minutes without use, and when the browser is closed. What you do is written to the log.</p>
<button class="button primary">Administer for 15 minutes</button>
</form>`,
  })
}
