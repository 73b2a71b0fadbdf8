import { Hono } from 'hono'
import { html } from 'hono/html'
import { auditForm, prepare } from '../audits/request.ts'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import type { Audit, Owner } from '../data/audit.ts'
import { keptPerUser } from '../data/trim.ts'
import { ago } from '../format.ts'
import { type Problems, readForm, type Typed } from '../forms.ts'
import type { Html } from '../html.ts'
import { notice, send } from '../layout.ts'
import { csrfField } from '../security/csrf.ts'
import { throttleKey } from '../security/throttle-key.ts'
import { signedIn, userOf } from '../signed-in.ts'
import { auditFormView } from './audit-form.ts'
import { sendTooMany } from './errors.ts'

/** Starting audits, and the history of those a user has started. */
export function auditsPages(services: Services): Hono<ConsoleEnv> {
  const { audits, runs, throttles, addressOf, now, mayUseBrowser } = services
  const pages = new Hono<ConsoleEnv>()

  pages.get('/audits/new', signedIn, (c) => newAuditPage(c, { mayUseBrowser }))

  pages.get('/audits', signedIn, async (c) => historyPage(c, await audits.list(userOf(c).id), now()))

  pages.post('/audits', async (c) => {
    const { values, problems, typed } = await readForm(c, auditForm)
    if (!values) return newAuditPage(c, { mayUseBrowser, problems, typed })
    const prepared = prepare(values, services)
    if (!prepared.options) return newAuditPage(c, { mayUseBrowser, problems: prepared.problems, typed })
    const { userId } = c.var.session
    if (userId === null && !prepared.options.passive) {
      return newAuditPage(c, {
        mayUseBrowser,
        typed,
        bad: 'Sign in first: visitors may run passive audits only.',
      })
    }

    const wait = await (userId === null ? throttles.visitorAudit(addressOf(c)) : throttles.userAudit(userId))
    if (wait !== null) return sendTooMany(c, wait)
    const owner = await ownerOf(c)
    const slot = userId ?? throttleKey(addressOf(c))
    const mode = prepared.options.passive ? 'passive' : 'active'
    const url = displayUrl(prepared.options.url)
    const audit = await runs.start({ owner, slot, url, mode }, prepared.options)
    if (typeof audit === 'string') return newAuditPage(c, { mayUseBrowser, typed, bad: refusals[audit] })
    return c.redirect(`/audits/${audit.id}`, 303)
  })

  return pages
}

const refusals = {
  'one-at-a-time': 'One of your audits is still running. Wait until it ends, or stop it.',
  busy: 'The console is running as many audits as it may. Try again in a minute.',
}

/** A visitor gets a session only now: it is what lets them, and nobody else, see the report. */
async function ownerOf(c: ConsoleContext): Promise<Owner> {
  const { session } = c.var
  if (session.userId !== null) return { userId: session.userId }
  if (session.sid === null) await session.set({ hasAudited: true })
  if (session.sid === null) throw new Error('A session that stored a value has a sid.')
  return { visitorSid: session.sid }
}

/** Queries can hold tokens, so they are not kept. */
function displayUrl(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

interface NewAuditView {
  readonly mayUseBrowser: boolean
  readonly problems?: Problems
  readonly typed?: Typed
  readonly bad?: string
}

function newAuditPage(
  c: ConsoleContext,
  { mayUseBrowser, problems = {}, typed = {}, bad }: NewAuditView,
): Promise<Response> {
  const isWrong = bad !== undefined || Object.keys(problems).length > 0
  const active = c.var.session.userId !== null
  return send(c, {
    title: 'New audit',
    under: '/audits/new',
    status: isWrong ? 422 : 200,
    narrow: true,
    body: html`<h1>Audit a site</h1>
<p class="lead">Latchkey visits the site as a browser would and proves, or refutes, how it keeps its sessions.</p>
${notice('bad', isWrong ? (bad ?? 'The audit was not started. See below.') : null)}
${auditFormView({ csrf: csrfField(c), active, mayUseBrowser, problems, typed })}`,
  })
}

function historyPage(c: ConsoleContext, audits: readonly Audit[], now: number): Promise<Response> {
  return send(c, {
    title: 'History',
    body: html`<div class="heading"><div><h1>History</h1><p class="lead">Your audits, newest first. The last ${keptPerUser} are kept.</p></div>
<a class="button primary" href="/audits/new">New audit</a></div>
${notice('info', c.req.query('notice') === 'deleted' ? 'The report is deleted.' : null)}
${audits.length === 0 ? html`<p class="card empty">Nothing yet. <a href="/audits/new">Audit a site</a> and its report will be here.</p>` : auditList(audits, now)}`,
  })
}

export function auditList(audits: readonly Audit[], now: number): Html {
  return html`<ul class="history card">${audits.map(
    (audit) => html`<li><a href="/audits/${audit.id}">${audit.url}</a>
${outcome(audit)}<span class="meta">${audit.mode}, ${ago(audit.startedAt, now)}</span></li>`,
  )}</ul>`
}

export function outcome(audit: Audit): Html {
  if (audit.state === 'running') return html`<span class="badge">running</span>`
  if (audit.state === 'failed') return html`<span class="badge muted">not done</span>`
  if (audit.worst === null) return html`<span class="badge pass">nothing found</span>`
  return html`<span class="badge ${audit.worst}">${audit.failed} failed, ${audit.worst}</span>`
}
