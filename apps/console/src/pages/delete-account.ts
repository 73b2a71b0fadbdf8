import { Hono } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import { checkbox, type Problems, readForm } from '../forms.ts'
import { announced, send } from '../layout.ts'
import { problemSummary } from '../problem-summary.ts'
import { csrfField } from '../security/csrf.ts'
import { signedIn, stepUp, userOf } from '../signed-in.ts'
import { confirmedNotice } from './confirm.ts'

const form = z.object({ sure: z.literal('yes', 'Tick this if you are sure.') })
const page = '/account/delete'

/** Deleting one's own account ends all its sessions (ASVS 7.4.2). */
export function deletePages({ users, sessions }: Services): Hono<ConsoleEnv> {
  const pages = new Hono<ConsoleEnv>()

  pages.get(page, signedIn, stepUp(page), (c) => deletePage(c, {}))

  pages.post(page, signedIn, stepUp(page), async (c) => {
    const { values, problems } = await readForm(c, form)
    if (!values) return deletePage(c, problems)
    const { id } = userOf(c)
    // In this order: nobody can sign in after it, so none of the sessions it ends can be followed by another.
    await users.delete(id)
    await sessions.revokeUser(id, { except: c.var.session.sid })
    await c.var.session.logout()
    return c.redirect('/?notice=account-deleted', 303)
  })

  return pages
}

function deletePage(c: ConsoleContext, problems: Problems): Promise<Response> {
  const isWrong = Object.keys(problems).length > 0
  return send(c, {
    title: 'Delete account',
    under: '/account',
    status: isWrong ? 422 : 200,
    narrow: true,
    body: html`<h1>Delete account</h1>
${problemSummary('The account was not deleted.', problems, { sure: 'Yes, delete my account' })}
${announced('info', c.req.query('notice') === 'confirmed' ? confirmedNotice : null)}
<form class="card form" method="post" action="${page}">${csrfField(c)}
<p>The account <b>${userOf(c).name}</b> goes with all its reports and its activity. You are signed out here and on every other device. Nothing of it can be brought back, and the name is free for anybody.</p>
${checkbox({ name: 'sure', label: 'Yes, delete my account.', required: true, problem: problems.sure })}
<div class="actions"><button class="button danger">Delete my account</button><a class="button" href="/account">Keep it</a></div>
</form>`,
  })
}
