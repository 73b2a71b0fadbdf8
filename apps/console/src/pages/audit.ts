import type { Report } from '@latchkey/audit'
import { Hono } from 'hono'
import { html, raw } from 'hono/html'
import { streamSSE } from 'hono/streaming'
import { assetUrl } from '../assets.ts'
import type { ConsoleContext, ConsoleEnv, Services } from '../context.ts'
import type { Audit } from '../data/audit.ts'
import { exactly, seconds } from '../format.ts'
import type { Html } from '../html.ts'
import { notice, send, takesFocus } from '../layout.ts'
import { csrfField } from '../security/csrf.ts'
import { sendError, sendTooMany } from './errors.ts'
import { progressPage, progressText } from './progress.ts'
import { sinceLast } from './since-last.ts'

/** One audit: its progress while it runs, then its report. */
export function auditPages(services: Services): Hono<ConsoleEnv> {
  const { audits, runs, follower, auditor, throttles, openStreams, addressOf, now } = services
  const pages = new Hono<ConsoleEnv>()

  /** The audit, for whoever started it and nobody else. */
  async function visible(c: ConsoleContext): Promise<Audit | null> {
    const audit = await audits.find(c.req.param('id') ?? '')
    const { userId, sid } = c.var.session
    const isOwn =
      audit?.userId != null ? audit.userId === userId : audit?.visitorSid != null && audit.visitorSid === sid
    return isOwn ? audit : null
  }

  pages.get('/audits/:id', async (c) => {
    const audit = await visible(c)
    if (!audit) return sendError(c, 404)
    if (audit.state === 'running') return progressPage(c, audit, await follower.now(audit), now())
    const report = await audits.report(audit.id)
    return report ? reportPage(c, audit, report) : failedPage(c, audit)
  })

  pages.get('/audits/:id/events', async (c) => {
    const audit = await visible(c)
    if (!audit) return sendError(c, 404)
    // Nothing will happen any more: an EventSource does not connect again after 204.
    if (audit.state !== 'running') return c.body(null, 204)
    const sid = c.var.session.sid ?? ''
    const address = addressOf(c)
    const wait = await throttles.stream(sid, address)
    if (wait !== null) return sendTooMany(c, wait)
    const leave = openStreams.enter(sid, address)
    if (leave === null) return sendTooMany(c, 1)
    // Only now: a session is watched from when its signal is taken.
    const { signal } = c.var.session
    return streamSSE(c, async (stream) => {
      try {
        const ends = AbortSignal.any([signal, runs.closing, c.req.raw.signal])
        for await (const known of follower.follow(audit.id, ends)) {
          await stream.writeSSE({ event: 'progress', data: JSON.stringify(progressText(known, now())) })
        }
        // The page asks again: it gets the report, or the way to sign in when it was the session that ended.
        if (!runs.closing.aborted) await stream.writeSSE({ event: 'end', data: '' })
      } finally {
        leave()
      }
    })
  })

  pages.get('/audits/:id/report.json', (c) => download(c, 'json', 'application/json', auditor.json))
  pages.get('/audits/:id/report.html', (c) => download(c, 'html', 'text/html; charset=utf-8', auditor.html))

  pages.post('/audits/:id/stop', async (c) => {
    const audit = await visible(c)
    if (!audit) return sendError(c, 404)
    await runs.stop(audit.id)
    return c.redirect(`/audits/${audit.id}`, 303)
  })

  pages.post('/audits/:id/delete', async (c) => {
    const audit = await visible(c)
    if (!audit) return sendError(c, 404)
    await runs.stop(audit.id)
    await audits.delete(audit.id)
    return c.redirect(audit.userId === null ? '/?notice=deleted' : '/audits?notice=deleted', 303)
  })

  async function download(
    c: ConsoleContext,
    extension: string,
    type: string,
    render: (report: Report) => string,
  ): Promise<Response> {
    const audit = await visible(c)
    const report = audit && (await audits.report(audit.id))
    if (!audit || !report) return sendError(c, 404)
    const host = new URL(audit.url).hostname.replace(/[^a-z0-9.-]/gi, '')
    const disposition = `attachment; filename="latchkey-${host || 'report'}.${extension}"`
    return c.body(render(report), 200, { 'content-type': type, 'content-disposition': disposition })
  }

  async function comparedView(audit: Audit, report: Report): Promise<Html | ''> {
    const before = await audits.before(audit)
    const earlier = before && (await audits.report(before.id))
    return before && earlier ? sinceLast(auditor.compare(earlier, report), before) : ''
  }

  async function reportPage(c: ConsoleContext, audit: Audit, report: Report): Promise<Response> {
    const compared = await comparedView(audit, report)
    return send(c, {
      title: `Report on ${new URL(audit.url).host}`,
      head: html`<link rel="stylesheet" href="${assetUrl('report.css')}">`,
      body: html`<div class="heading"><div><p class="eyebrow">Session audit</p><h1 class="url" ${takesFocus}>${audit.url}</h1>
<p class="meta">${exactly(audit.startedAt)}, ${audit.mode}, took ${seconds((audit.finishedAt ?? audit.startedAt) - audit.startedAt)}</p></div>
<div class="actions"><a class="button" href="/audits/${audit.id}/report.html">Download HTML</a>
<a class="button" href="/audits/${audit.id}/report.json">Download JSON</a>
${deleteForm(c, audit)}</div></div>
${notice('info', audit.userId === null ? visitorNotice : null)}
${compared}
${raw(auditor.fragment(report))}`,
    })
  }

  return pages
}

const visitorNotice = html`This report is for this browser only and is kept for an hour. <a href="/sign-in">Sign in</a> or <a href="/sign-up">sign up</a> to keep it, and to audit what lies behind a sign-in.`

function deleteForm(c: ConsoleContext, { id }: Audit): Html {
  return html`<form method="post" action="/audits/${id}/delete">${csrfField(c)}<button class="button danger">Delete</button></form>`
}

function failedPage(c: ConsoleContext, audit: Audit): Promise<Response> {
  const again = audit.userId === null ? '/' : '/audits/new'
  return send(c, {
    title: 'Audit not done',
    narrow: true,
    body: html`<p class="eyebrow">Session audit</p><h1 class="url" ${takesFocus}>${audit.url}</h1>
<div class="card stack"><h2>This audit could not be done</h2>
<p>${audit.failure ?? 'It ended without a report.'}</p>
<p class="hint">Nothing was judged, so this says nothing about the site.</p>
<div class="actions"><a class="button primary" href="${again}">Try again</a>${deleteForm(c, audit)}</div></div>`,
  })
}
