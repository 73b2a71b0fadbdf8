import { html } from 'hono/html'
import { assetUrl } from '../assets.ts'
import type { Known } from '../audits/follow.ts'
import type { Step } from '../audits/run.ts'
import type { ConsoleContext } from '../context.ts'
import type { Audit } from '../data/audit.ts'
import { seconds } from '../format.ts'
import type { Html } from '../html.ts'
import { send, takesFocus } from '../layout.ts'
import { csrfField } from '../security/csrf.ts'

/** What the page's script needs to show progress: plain text, put in place as text. */
export interface ProgressText {
  readonly status: string
  readonly steps: readonly {
    readonly label: string
    readonly state: string
    readonly word: string
    readonly note: string
  }[]
}

// Milliseconds. Another console says every second how far it is.
const worthSaying = 5000

/** @param now milliseconds since the epoch */
export function progressText({ progress, asOf }: Known, now: number): ProgressText {
  const { steps, requests, logins } = progress
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
  const silence =
    asOf !== null && now - asOf > worthSaying
      ? ` (as of ${seconds(now - asOf).replace(' ', '\u00a0')} ago)`
      : ''
  const done = steps.filter(({ state }) => state !== 'started' && state !== 'waiting').length
  return {
    status: `${done} of ${count(steps.length, 'step')}, ${count(requests, 'request')}, ${count(logins, 'sign-in')}${silence}`,
    steps: steps.map(({ label, state, note }) => ({ label, state, word: stateWords[state], note })),
  }
}

/** Follows the run by server-sent events; without script the page asks again every two seconds. */
export function progressPage(c: ConsoleContext, audit: Audit, known: Known, now: number): Promise<Response> {
  const { status } = progressText(known, now)
  return send(c, {
    title: 'Audit running',
    narrow: true,
    head: html`<noscript><meta http-equiv="refresh" content="2"></noscript>
<script type="module" src="${assetUrl('progress.js')}"></script>`,
    body: html`<p class="eyebrow">Session audit, ${audit.mode}</p><h1 class="url" ${takesFocus}>${audit.url}</h1>
<div class="card stack" id="progress" data-events="/audits/${audit.id}/events">
<div class="now"><p class="running" role="status"><span class="pulse" aria-hidden="true"></span><span id="status">${status}</span></p>
<form method="post" action="/audits/${audit.id}/stop">${csrfField(c)}<button class="button">Stop</button></form></div>
<ol class="steps" id="steps">${known.progress.steps.map(stepView)}</ol>
</div>`,
  })
}

function stepView({ label, state, note }: Step): Html {
  return html`<li class="${state}"><span class="label">${label}</span><span class="state">${stateWords[state]}</span><span class="note">${note}</span></li>`
}

const stateWords: Readonly<Record<Step['state'], string>> = {
  waiting: '',
  started: 'running',
  paused: 'waiting',
  done: 'done',
  skipped: 'skipped',
  failed: 'failed',
}
