import { Hono } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import { readDeclared } from '../audits/expected.ts'
import { type AuditForm, auditForm, type Prepared, prepare } from '../audits/request.ts'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import type { Audit, Owner } from '../data/audit.ts'
import { keptPerUser } from '../data/trim.ts'
import { ago } from '../format.ts'
import { readForm, type Typed } from '../forms.ts'
import type { Html } from '../html.ts'
import { announced, send } from '../layout.ts'
import { throttleKey } from '../security/throttle-key.ts'
import { signedIn, userOf } from '../signed-in.ts'
import { sendTooMany } from './errors.ts'
import { formFor, newAuditPage } from './new-audit.ts'
import { trialPage } from './trial.ts'

type AuditRequest = Prepared['options'] & object

const ticketForm = z.object({ id: z.string().max(64), key: z.string().max(64) })

/** Starting audits, and the history of those a user has started. */
export function auditsPages(services: Services): Hono<ConsoleEnv> {
  const { audits, runs, trials, triedForms, throttles, addressOf, now } = services
  const pages = new Hono<ConsoleEnv>()

  pages.get('/audits/new', signedIn, (c) => newAuditPage(c, services))

  pages.get('/audits', signedIn, async (c) => historyPage(c, await audits.list(userOf(c).id), now()))

  pages.post('/audits', async (c) => {
    const { values, problems, typed } = await readForm(c, auditForm)
    if (!values) return newAuditPage(c, services, { problems, typed })
    const prepared = await preparedFrom(values)
    if (!prepared.options) return newAuditPage(c, services, { problems: prepared.problems, typed })
    const { userId } = c.var.session
    const { passive } = prepared.options
    if (userId === null && !passive) {
      return newAuditPage(c, services, {
        typed,
        bad: 'Sign in first: visitors may run passive audits only.',
      })
    }
    if (typed.do !== 'try' || userId === null) return start(c, prepared.options, typed)
    if (passive) {
      return newAuditPage(c, services, {
        typed,
        problems: { username: 'Say how to sign in: with a name and a password, or in another way below.' },
      })
    }
    return tryFirst(c, { values, options: prepared.options, typed })
  })

  pages.post('/audits/tried', signedIn, async (c) => {
    const { values: ticket } = await readForm(c, ticketForm)
    const kept = ticket && (await triedForms.find(ticket, holderOf(c)))
    const { data: values } = auditForm.safeParse(kept)
    const prepared = values && (await preparedFrom(values))
    if (!ticket || !prepared?.options) {
      return newAuditPage(c, services, {
        bad: 'The details that were tried are not kept any more. Give them again.',
      })
    }
    const answer = await start(c, prepared.options, {})
    if (answer.status === 303) await triedForms.remove(ticket, holderOf(c))
    return answer
  })

  async function preparedFrom(values: AuditForm): Promise<Prepared> {
    const problems: Record<string, string> = {}
    const declared = await readDeclared(values, problems)
    const prepared = prepare(values, services, declared)
    if (Object.keys(problems).length === 0) return prepared
    return { options: null, problems: { ...prepared.problems, ...problems } }
  }

  async function start(c: ConsoleContext, options: AuditRequest, typed: Typed): Promise<Response> {
    const { userId } = c.var.session
    const wait = await (userId === null ? throttles.visitorAudit(addressOf(c)) : throttles.userAudit(userId))
    if (wait !== null) return sendTooMany(c, wait)
    const owner = await ownerOf(c)
    const slot = userId ?? throttleKey(addressOf(c))
    const mode = options.passive ? 'passive' : 'active'
    const audit = await runs.start({ owner, slot, url: displayUrl(options.url), mode }, options)
    if (typeof audit === 'string') return newAuditPage(c, services, { typed, bad: refusals[audit] })
    return c.redirect(`/audits/${audit.id}`, 303)
  }

  async function tryFirst(
    c: ConsoleContext,
    { values, options, typed }: { values: AuditForm; options: AuditRequest; typed: Typed },
  ): Promise<Response> {
    const holder = holderOf(c)
    const wait = await throttles.userAudit(holder.userId)
    if (wait !== null) return sendTooMany(c, wait)
    const ends = AbortSignal.any([runs.closing, c.req.raw.signal])
    const trial = await trials.run(holder.userId, options, ends)
    if (typeof trial === 'string') return newAuditPage(c, services, { typed, bad: refusals[trial] })
    const ticket = trial.found === null ? null : await triedForms.keep(values, holder)
    const form = formFor(c, services, { typed })
    return trialPage(c, { url: displayUrl(options.url), trial, ticket, form })
  }

  return pages
}

const refusals = {
  'one-at-a-time': 'One of your audits is still running. Wait until it ends, or stop it.',
  busy: 'The console is running as many audits as it may. Try again in a minute.',
}

/** The user in this session: a form that was tried in it is for nobody else. */
function holderOf(c: ConsoleContext): { readonly userId: string; readonly sid: string } {
  return { userId: userOf(c).id, sid: c.var.session.sid ?? '' }
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

function historyPage(c: ConsoleContext, audits: readonly Audit[], now: number): Promise<Response> {
  return send(c, {
    title: 'History',
    body: html`${announced('info', c.req.query('notice') === 'deleted' ? 'The report is deleted.' : null)}
<div class="heading"><div><h1>History</h1><p class="lead">Your audits, newest first. The last ${keptPerUser} are kept.</p></div>
<a class="button primary" href="/audits/new">New audit</a></div>
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
