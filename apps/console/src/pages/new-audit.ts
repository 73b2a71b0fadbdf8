import { html } from 'hono/html'
import type { ConsoleContext, Services } from '../context.ts'
import type { Problems, Typed } from '../forms.ts'
import type { Html } from '../html.ts'
import { announced, send } from '../layout.ts'
import { problemSummary } from '../problem-summary.ts'
import { csrfField } from '../security/csrf.ts'
import { auditFormView, formLabels } from './audit-form.ts'

export interface NewAuditView {
  readonly problems?: Problems
  readonly typed?: Typed
  /** What is wrong, where it is no field. */
  readonly bad?: string
}

/** The form with nothing wrong in it: for users all of it, for visitors what they may. */
export function formFor(
  c: ConsoleContext,
  { mayUseBrowser, auditTimeLimit }: Services,
  { problems = {}, typed = {} }: NewAuditView = {},
): Html {
  const offered = c.var.session.userId === null ? null : { mayUseBrowser, auditTimeLimit }
  return auditFormView({ csrf: csrfField(c), offered, problems, typed })
}

export function newAuditPage(
  c: ConsoleContext,
  services: Services,
  view: NewAuditView = {},
): Promise<Response> {
  const { problems = {}, bad } = view
  const isWrong = bad !== undefined || Object.keys(problems).length > 0
  return send(c, {
    title: 'New audit',
    under: '/audits/new',
    status: isWrong ? 422 : 200,
    narrow: true,
    body: html`<h1>Audit a site</h1>
<p class="lead">Latchkey visits the site as a browser would and proves, or refutes, how it keeps its sessions.</p>
${bad === undefined ? problemSummary('The audit was not started.', problems, formLabels) : announced('bad', bad)}
${formFor(c, services, view)}`,
  })
}
