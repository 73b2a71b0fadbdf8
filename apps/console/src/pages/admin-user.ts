import { Hono } from 'hono'
import { html } from 'hono/html'
import type { SessionSummary } from 'latchkey'
import type { ConsoleContext, ConsoleEnv, Services, SessionData } from '../context.ts'
import { nameKey, type User } from '../data/users.ts'
import { exactly } from '../format.ts'
import { readForm } from '../forms.ts'
import type { Html } from '../html.ts'
import { announced, notice, send } from '../layout.ts'
import { csrfField } from '../security/csrf.ts'
import { administering, administrator, logAdministration } from './administering.ts'
import { deviceCard } from './device.ts'
import { sendError } from './errors.ts'
import { eventList } from './events.ts'
import { inOrder, pageLinks, pageLinksBelow, pageOf, type Shown, sessionForm } from './paging.ts'

const shownEvents = 30
const notices: Readonly<Record<string, string>> = {
  disabled: 'The account is disabled, and its sessions have ended.',
  enabled: 'The account is enabled. Its user can sign in again.',
  ended: 'That session has ended.',
  gone: 'That session had ended already.',
  'all-ended': 'The sessions of this account have ended.',
}

/** One account, for administrators: its sessions and what happened to them, and to end or disable it. */
export function adminUserPages(services: Services): Hono<ConsoleEnv> {
  const { users, sessions, audits, runs, history, recorder, admins, now } = services
  const pages = new Hono<ConsoleEnv>()
  const isAdmin = (user: User) => admins.has(nameKey(user.name))
  const found = (c: ConsoleContext) => users.byId(c.req.param('id') ?? '')
  pages.use('/admin/users/*', administrator, administering)

  pages.get('/admin/users/:id', async (c) => {
    const user = await found(c)
    if (!user) return sendError(c, 404)
    await recorder.settled()
    const [live, events] = await Promise.all([sessions.list(user.id), history.ofUser(user.id, shownEvents)])
    const own = c.var.session.sid
    const shown = pageOf(inOrder(live, own), c.req.query('page'))
    return send(c, {
      title: user.name,
      under: '/admin',
      body: html`${announced('good', notices[c.req.query('notice') ?? ''] ?? null)}
<div class="heading"><div><p class="eyebrow"><a href="/admin">Accounts</a></p><h1>${user.name}</h1>
<p class="meta">${stateOf(user)}${isAdmin(user) ? ' An administrator.' : ''} Account since ${exactly(user.createdAt)}.</p></div>
<div class="actions">${isAdmin(user) ? '' : disableForm(c, user)}</div></div>
<div class="heading inner"><h2>Sessions</h2>${live.length > 0 ? endAllForm(c, user) : ''}</div>
${notice('info', shown.pages > 1 ? '“End all sessions” ends those on the other pages as well.' : null)}
${pageLinks(shown, `/admin/users/${user.id}`)}
${sessionList(c, user, shown, now())}
${pageLinksBelow(shown, `/admin/users/${user.id}`)}
<h2 class="above">Recent activity</h2>
<div class="card">${eventList(events, now())}</div>`,
    })
  })

  pages.post('/admin/users/:id/disable', async (c) => {
    const user = await found(c)
    // Who the operator named, only the operator takes it from.
    if (!user || isAdmin(user)) return sendError(c, 404)
    // In this order: nobody can sign in after it, so none of the sessions it ends can be followed by another.
    await users.disable(user.id)
    const count = await sessions.revokeUser(user.id)
    const running = (await audits.list(user.id)).filter(({ state }) => state === 'running')
    await Promise.all(running.map(({ id }) => runs.stop(id)))
    logAdministration(c, services, 'disable-account', { user: user.id, count })
    return back(c, user, 'disabled')
  })

  pages.post('/admin/users/:id/enable', async (c) => {
    const user = await found(c)
    if (!user) return sendError(c, 404)
    await users.enable(user.id)
    logAdministration(c, services, 'enable-account', { user: user.id })
    return back(c, user, 'enabled')
  })

  pages.post('/admin/users/:id/end', async (c) => {
    const user = await found(c)
    if (!user) return sendError(c, 404)
    const { values } = await readForm(c, sessionForm)
    const target = (await sessions.list(user.id)).find(({ sid }) => sid === values?.sid)
    if (!target) return back(c, user, 'gone')
    logAdministration(c, services, 'end-session', { sid: target.sid, user: user.id })
    if (target.sid === c.var.session.sid) {
      await c.var.session.logout()
      return c.redirect('/sign-in?notice=signed-out', 303)
    }
    return back(c, user, (await sessions.revoke(target.sid)) ? 'ended' : 'gone', values?.page)
  })

  pages.post('/admin/users/:id/end-all', async (c) => {
    const user = await found(c)
    if (!user) return sendError(c, 404)
    // Of one's own account, all but this one.
    const count = await sessions.revokeUser(user.id, { except: c.var.session.sid })
    logAdministration(c, services, 'end-sessions-of-user', { user: user.id, count })
    return back(c, user, 'all-ended')
  })

  return pages
}

function back(c: ConsoleContext, user: User, notice: string, page = '1'): Response {
  return c.redirect(`/admin/users/${user.id}?${page === '1' ? '' : `page=${page}&`}notice=${notice}`, 303)
}

function stateOf({ disabledAt }: User): string {
  return disabledAt === null ? '' : `Disabled since ${exactly(disabledAt)}.`
}

function sessionList(
  c: ConsoleContext,
  user: User,
  { items, page }: Shown<SessionSummary<SessionData>>,
  now: number,
): Html {
  if (items.length === 0) return html`<p class="card empty">Signed in nowhere.</p>`
  const endAt = `/admin/users/${user.id}/end`
  return html`<ul class="devices">${items.map((each) =>
    deviceCard(c, each, { isThis: each.sid === c.var.session.sid, historyAt: null, endAt, page, now }),
  )}</ul>`
}

function disableForm(c: ConsoleContext, { id, disabledAt }: User): Html {
  const [action, label] = disabledAt === null ? ['disable', 'Disable account'] : ['enable', 'Enable account']
  return html`<form method="post" action="/admin/users/${id}/${action}">${csrfField(c)}
<button class="button ${disabledAt === null ? 'danger' : ''}">${label}</button></form>`
}

function endAllForm(c: ConsoleContext, { id }: User): Html {
  return html`<form method="post" action="/admin/users/${id}/end-all">${csrfField(c)}<button class="button danger">End all sessions</button></form>`
}
