import type { LoginInspection, Tried } from '@latchkey/audit'
import { html } from 'hono/html'
import { inFormWords } from '../audits/in-form-words.ts'
import type { Trial } from '../audits/trials.ts'
import type { ConsoleContext } from '../context.ts'
import type { Ticket } from '../data/tried-forms.ts'
import { folded } from '../fields.ts'
import type { Html } from '../html.ts'
import { announced, send, takesFocus } from '../layout.ts'
import { csrfField } from '../security/csrf.ts'

export interface TrialPage {
  readonly url: string
  readonly trial: Trial
  /** With which the audit starts; null where there was no sign-in. */
  readonly ticket: Ticket | null
  /** The form, to change it. */
  readonly form: Html
}

const ways: Readonly<Record<LoginInspection['signIn']['method'], string>> = {
  form: 'by a form',
  json: 'by JSON, as a script does',
  urlencoded: 'by form fields, as a script does',
  basic: 'by HTTP authentication',
  cookie: 'by the cookie that was given',
  'storage-state': 'by the recorded session',
  recording: 'as it was recorded',
  command: 'by a command',
  browser: 'in a browser',
}

/** What was recognised of a sign-in, before an audit starts. */
export function trialPage(c: ConsoleContext, { url, trial, ticket, form }: TrialPage): Promise<Response> {
  const { found, failure, tried } = trial
  const works = found !== null
  return send(c, {
    title: works ? 'The sign-in works' : 'The sign-in did not work',
    under: '/audits/new',
    status: works ? 200 : 422,
    narrow: true,
    body: html`<p class="eyebrow">Sign-in tried</p><h1 class="url">${url}</h1>
${works ? '' : announced('bad', failure)}
${works ? html`<div class="card stack"><h2 ${takesFocus}>The sign-in works</h2>${recognised(found)}${startForm(c, ticket)}</div>` : ''}
${tried.length === 0 ? '' : html`<h2>What was asked on the way</h2><ol class="card tried">${tried.map(triedLine)}</ol>`}
${works ? folded('Change the details', false, form) : html`<h2>Change the details</h2>${form}`}`,
  })
}

function recognised({ signIn, oracle, carrier }: LoginInspection): Html {
  const fields = [signIn.usernameField, signIn.passwordField, ...signIn.otherFields].filter(
    (name) => name !== null,
  )
  const rows: readonly (readonly [string, string | Html | null])[] = [
    ['Signed in', `${signIn.account ? `as ${signIn.account} ` : ''}${ways[signIn.method]}`],
    ['Login page', signIn.loginUrl],
    ['Sent to', signIn.action],
    ['Fields', fields.length > 0 ? names(fields) : null],
    ['Confirmed', signIn.confirmed?.join(', ') || null],
    ['The page that tells', oracle.protectedUrl],
    ['Told apart by', oracle.describes],
    ['Given', carrier.candidates.length > 0 ? names(carrier.candidates) : 'no cookie'],
    [
      'Carries the session',
      carrier.sets.length > 0
        ? html`${carrier.sets.map((set, at) => html`${at > 0 ? ', or ' : ''}${names(set, ' with ')}`)}`
        : 'could not be told: most checks cannot begin',
    ],
  ]
  return html`<dl class="facts">${rows
    .filter(([, value]) => value !== null)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

function names(all: readonly string[], between = ', '): Html {
  return html`${all.map((name, at) => html`${at > 0 ? between : ''}<code>${name}</code>`)}`
}

function triedLine({ method, url, status, saw }: Tried): Html {
  return html`<li><code>${method} ${url}</code><span class="badge muted">${status}</span>
<p class="hint">${inFormWords(saw)}</p></li>`
}

function startForm(c: ConsoleContext, ticket: Ticket | null): Html {
  if (ticket === null) return html``
  return html`<form method="post" action="/audits/tried">${csrfField(c)}
<input type="hidden" name="id" value="${ticket.id}"><input type="hidden" name="key" value="${ticket.key}">
<button class="button primary">Start the audit</button>
<p class="hint">With the same details, which are kept sealed for five minutes; only this page can open them.</p></form>`
}
