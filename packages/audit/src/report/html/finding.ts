import type { CheckResult, Report, ReportedFinding } from '../../judging/check.ts'
import { html, type Markup } from '../escape.ts'
import { acceptedInWords, repeatsFix } from '../summary.ts'
import { frameworkOf } from '../words.ts'
import { evidenceOf, prose } from './parts.ts'

/** A failed check: what is wrong, how to mend it, and the proof folded away. */
export function failedCheck(check: CheckResult, report: Report): Markup {
  return html`<article class="lk-card lk-sev-${check.severity}" id="lk-${check.id}">
<header><span class="lk-badge">${check.severity}</span><h3>${check.id}</h3><p class="lk-refs">${check.refs.map(reference)}</p></header>
${check.risk ? html`<p class="lk-risk">${check.risk}</p>` : null}
${check.findings.map((finding) => oneFinding(finding, check, report))}
${evidenceOf(check, report, false)}
</article>`
}

function oneFinding(finding: ReportedFinding, check: CheckResult, report: Report): Markup {
  const other =
    finding.severity === check.severity ? null : html` <span class="lk-other">${finding.severity}</span>`
  const own =
    finding.frameworkFix === null
      ? null
      : html`<p class="lk-own"><b>${frameworkOf(report)}</b> ${prose(finding.frameworkFix)}</p>`
  const fix = repeatsFix(finding, check)
    ? null
    : html`<div class="lk-fix"><p><b>Fix</b> ${prose(finding.fix)}</p>${own}</div>`
  const known =
    finding.accepted === undefined ? null : html`<p class="lk-known">${acceptedInWords(finding.accepted)}</p>`
  return html`<div class="lk-finding">
<p class="lk-where"><code>${finding.where}</code>${other}</p>
<p class="lk-seen">${prose(finding.seen)}</p>
${known}
${fix}
</div>`
}

function reference(ref: string): Markup {
  return html`<span>${ref}</span> `
}
