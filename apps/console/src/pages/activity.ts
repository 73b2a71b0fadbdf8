import { Hono } from 'hono'
import { html } from 'hono/html'
import type { ConsoleEnv, Services } from '../context.ts'
import { eventsPerUser } from '../data/history.ts'
import { send } from '../layout.ts'
import { signedIn, userOf } from '../signed-in.ts'
import { browserOf, deviceFacts } from './device.ts'
import { sendError } from './errors.ts'
import { eventList } from './events.ts'

/** What happened to the sessions of an account, and to one of them. */
export function activityPages({ sessions, history, recorder, now }: Services): Hono<ConsoleEnv> {
  const pages = new Hono<ConsoleEnv>()

  pages.get('/activity', signedIn, async (c) => {
    await recorder.settled()
    const events = await history.ofUser(userOf(c).id)
    return send(c, {
      title: 'Activity',
      under: '/account',
      narrow: true,
      body: html`<h1>Activity</h1>
<p class="lead">What happened to your sessions, newest first. The last ${eventsPerUser} events of 90 days are kept. If something was not you, change your password.</p>
<div class="card">${eventList(events, now())}</div>
<p class="aside"><a href="/devices">Your devices</a> · <a href="/account#change">Change password</a></p>`,
    })
  })

  pages.get('/devices/:sid', signedIn, async (c) => {
    const sid = c.req.param('sid')
    const { id } = userOf(c)
    await recorder.settled()
    const [live, events] = await Promise.all([sessions.list(id), history.ofSession(id, sid)])
    const session = live.find((each) => each.sid === sid)
    if (!session && events.length === 0) return sendError(c, 404)
    const client = session ? browserOf(session) : events[0]?.client
    const state = sid === c.var.session.sid ? 'This device' : session ? 'Signed in' : 'Ended'
    return send(c, {
      title: 'History of a session',
      under: '/devices',
      narrow: true,
      body: html`<p class="eyebrow">Session</p><h1>${client ?? 'Unknown browser'}</h1>
<div class="card device"><div class="what"><p><span class="badge ${session ? '' : 'muted'}">${state}</span></p>
${session ? deviceFacts(session, now()) : ''}<p class="hint">Its handle in the log: <code>${sid}</code></p></div></div>
<h2>What happened to it</h2>
<div class="card">${eventList(events, now(), { withClient: false })}</div>
<p class="aside"><a href="/devices">All devices</a></p>`,
    })
  })

  return pages
}
