import { Hono } from 'hono'
import { html } from 'hono/html'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import { readForm } from '../forms.ts'
import type { Html } from '../html.ts'
import { announced, notice, send } from '../layout.ts'
import { sessionsPerUser } from '../policies.ts'
import { csrfField } from '../security/csrf.ts'
import { isFresh, signedIn, stepUp, userOf } from '../signed-in.ts'
import { confirmedNotice } from './confirm.ts'
import { deviceCard } from './device.ts'
import { inOrder, pageLinks, pageLinksBelow, pageOf, sessionForm } from './paging.ts'

const notices: Readonly<Record<string, string>> = {
  confirmed: confirmedNotice,
  ended: 'That session has ended.',
  'others-ended': 'All other sessions have ended.',
  gone: 'That session had ended already.',
}

export function devicesPages({ sessions, now }: Services): Hono<ConsoleEnv> {
  const pages = new Hono<ConsoleEnv>()

  pages.get('/devices', signedIn, async (c) => {
    const own = c.var.session.sid
    const all = await sessions.list(userOf(c).id)
    const shown = pageOf(inOrder(all, own), c.req.query('page'))
    return send(c, {
      title: 'Devices',
      body: html`${announced('good', notices[c.req.query('notice') ?? ''] ?? null)}
<div class="heading"><div><h1>Devices</h1>
<p class="lead">Where you are signed in. End what you do not recognise, then change your password.</p></div>
${all.length > 1 ? endOthers(c) : ''}</div>
${notice('info', shown.pages > 1 ? '“End all others” ends those on the other pages as well.' : null)}
${pageLinks(shown, '/devices')}
<ul class="devices">${shown.items.map((each) => {
        const isThis = each.sid === own
        const historyAt = `/devices/${each.sid}`
        return deviceCard(c, each, { isThis, historyAt, endAt: '/devices/end', page: shown.page, now: now() })
      })}</ul>
${pageLinksBelow(shown, '/devices')}
<p class="aside">${all.length > 1 && !isFresh(c) ? 'To end another session, you are asked for your password first. ' : ''}A session ends by itself after 30 minutes without use and 8 hours after its sign-in; where you chose to stay signed in, after 14 days without use and after 30 days. You can be signed in at ${sessionsPerUser} places; with one more the oldest sign-in ends. What a browser says of itself can be wrong.</p>
<p class="aside"><a href="/activity">All activity of your account</a></p>`,
    })
  })

  pages.post('/devices/end', signedIn, async (c, next) => {
    const { values } = await readForm(c, sessionForm)
    // To sign out here nobody needs the password.
    if (values?.sid !== c.var.session.sid) return next()
    await c.var.session.logout()
    return c.redirect('/sign-in?notice=signed-out', 303)
  })

  pages.post('/devices/end', stepUp('/devices'), async (c) => {
    const { values } = await readForm(c, sessionForm)
    const hasEnded = values !== null && (await sessions.revoke(values.sid, { userId: userOf(c).id }))
    const on = values === null || values.page === '1' ? '' : `page=${values.page}&`
    return c.redirect(`/devices?${on}notice=${hasEnded ? 'ended' : 'gone'}`, 303)
  })

  pages.post('/devices/end-others', signedIn, stepUp('/devices'), async (c) => {
    await sessions.revokeUser(userOf(c).id, { except: c.var.session.sid })
    return c.redirect('/devices?notice=others-ended', 303)
  })

  return pages
}

function endOthers(c: ConsoleContext): Html {
  return html`<form method="post" action="/devices/end-others">${csrfField(c)}<button class="button danger">End all others</button></form>`
}
