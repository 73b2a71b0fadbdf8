import type { Control, Exchange } from '../../evidence/evidence.ts'
import type { CheckResult, Report } from '../../judging/check.ts'
import { html, type Markup } from '../escape.ts'
import { AGAIN, CONTROLS } from '../words.ts'

/** Text with `code` between backticks. */
export function prose(text: string): Markup {
  const parts = text.split('`')
  // An unpaired backtick is just a character.
  if (parts.length % 2 === 0) return html`${text}`
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

/** Controls and curl lines, folded; open when asked, because then the reader needs them to understand. */
export function evidenceOf(check: CheckResult, report: Report, open: boolean): Markup {
  const steps = check.findings.flatMap((finding) => finding.steps ?? [])
  const named = new Set([...check.exchanges, ...steps])
  const exchanges = report.exchanges.filter(({ id }) => named.has(id))
  const titles = [plural(check.controls.length, 'control'), plural(exchanges.length, 'request')].filter(
    Boolean,
  )
  if (titles.length === 0) return html``
  const attribute: Markup = { markup: open ? ' open' : '' }
  return html`<details class="lk-evidence"${attribute}><summary>Evidence: ${titles.join(', ')}</summary>
${controlTable(check.controls)}
${sequence(exchanges)}
</details>`
}

function plural(count: number, noun: string): string {
  if (count === 0) return ''
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}

function controlTable(controls: readonly Control[]): Markup {
  if (controls.length === 0) return html``
  return html`<table class="lk-controls">
<caption>${CONTROLS}</caption>
<thead><tr><th scope="col">Control</th><th scope="col">Expected</th><th scope="col">Seen</th></tr></thead>
<tbody>${controls.map(controlRow)}</tbody>
</table>`
}

function controlRow(control: Control): Markup {
  const kind = control.held ? 'lk-held' : 'lk-broken'
  const spoken = control.held ? 'held' : 'did not hold'
  return html`<tr class="${kind}"><th scope="row"><span class="lk-mark" aria-hidden="true"></span>${control.name}<span class="lk-hidden"> ${spoken}</span></th><td data-label="Expected">${control.expected}</td><td data-label="Seen">${control.seen}</td></tr>`
}

function sequence(exchanges: readonly Exchange[]): Markup {
  if (exchanges.length === 0) return html``
  return html`<p class="lk-again">${AGAIN}</p><ol class="lk-steps">${exchanges.map(requestLine)}</ol>`
}

function requestLine(exchange: Exchange): Markup {
  const to = exchange.location === null ? '' : ` to ${exchange.location}`
  return html`<li class="lk-request"><p>${exchange.id}. ${exchange.phase}: ${exchange.method} answered ${exchange.status}${to}</p><pre><code>${exchange.curl}</code></pre></li>`
}
