import { Hono } from 'hono'
import { html } from 'hono/html'
import type { SessionSummary } from 'latchkey'
import { z } from 'zod'
import type { ConsoleEnv, Services, SessionData } from '../context.ts'
import { ago } from '../format.ts'
import { readForm } from '../forms.ts'
import { type Html, notice, send } from '../layout.ts'
import { signedIn, userIdOf } from '../signed-in.ts'
import { describeUserAgent } from '../user-agent.ts'

const form = z.object({ sid: z.string().max(64) })
const notices: Readonly<Record<string, string>> = {
  ended: 'That session has ended.',
  'others-ended': 'All other sessions have ended.',
  gone: 'That session had ended already.',
}

export function devicesPages({ sessions, now }: Services): Hono<ConsoleEnv> {
  const pages = new Hono<ConsoleEnv>()

  pages.get('/devices', signedIn, async (c) => {
    const own = c.var.session.sid
    const all = await sessions.list(userIdOf(c))
    const listed = [...all.filter(({ sid }) => sid === own), ...all.filter(({ sid }) => sid !== own)]
    return send(c, {
      title: 'Devices',
      body: html`<div class="heading"><div><h1>Devices</h1>
<p class="lead">Where you are signed in. End what you do not recognise, then change your password.</p></div>
${listed.length > 1 ? endOthers : ''}</div>
${notice('good', notices[c.req.query('notice') ?? ''] ?? null)}
<ul class="devices">${listed.map((each) => device(each, each.sid === own, now()))}</ul>
<p class="aside">A session ends by itself after 30 minutes without use and 8 hours after its sign-in. What a browser says of itself can be wrong.</p>`,
    })
  })

  pages.post('/devices/end', signedIn, async (c) => {
    const { values } = await readForm(c, form)
    const mine = await sessions.list(userIdOf(c))
    const target = mine.find(({ sid }) => sid === values?.sid)
    if (!target) return c.redirect('/devices?notice=gone', 303)
    if (target.sid === c.var.session.sid) {
      await c.var.session.logout()
      return c.redirect('/sign-in?notice=signed-out', 303)
    }
    await sessions.revoke(target.sid)
    return c.redirect('/devices?notice=ended', 303)
  })

  pages.post('/devices/end-others', signedIn, async (c) => {
    await sessions.revokeUser(userIdOf(c), { except: c.var.session.sid })
    return c.redirect('/devices?notice=others-ended', 303)
  })

  return pages
}

const endOthers = html`<form method="post" action="/devices/end-others"><button class="button danger">End all others</button></form>`

function device(session: SessionSummary<SessionData>, isThis: boolean, now: number): Html {
  const name = describeUserAgent(session.get('userAgent'))
  const signedInAt = session.authenticatedAt ?? session.createdAt
  return html`<li class="${isThis ? 'card device own' : 'card device'}">
<div class="what"><h2>${name}${isThis ? html` <span class="badge">This device</span>` : ''}</h2>
<dl><div><dt>Address</dt><dd>${session.get('address') ?? 'unknown'}</dd></div>
<div><dt>Signed in</dt><dd>${ago(signedInAt, now)}</dd></div>
<div><dt>Last used</dt><dd>${ago(session.lastSeenAt, now)}</dd></div></dl></div>
<form method="post" action="/devices/end"><input type="hidden" name="sid" value="${session.sid}">
<button class="button" aria-label="${isThis ? 'Sign out of this device' : `End the session of ${name}`}">${isThis ? 'Sign out' : 'End'}</button></form>
</li>`
}
