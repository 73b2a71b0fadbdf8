import type { CheckResult, Report, Severity } from '../../judging/check.ts'
import { severities } from '../../judging/severity.ts'
import { type HtmlValue, html, type Markup } from '../escape.ts'
import { picture } from '../life/picture.ts'
import { byReason, WITHOUT_ACCOUNT } from '../summary.ts'
import { frameworkOf, signedInLine } from '../words.ts'
import { failedCheck } from './finding.ts'
import { evidenceOf, prose } from './parts.ts'

/**
 * The report without a page around it, for embedding: classes only, no style attribute and no script, so that
 * it works under a strict policy. Style it with `reportCss`; headings start at h2.
 */
export function reportFragment(report: Report): string {
  return fragment(report).markup
}

export function fragment(report: Report): Markup {
  const of = (verdict: CheckResult['verdict']): readonly CheckResult[] =>
    report.checks.filter((check) => check.verdict === verdict)
  const failed = of('fail').toSorted((a, b) => rank(a.severity) - rank(b.severity))
  return html`<div class="lk-report">
${summary(report)}
${section(
  'Findings',
  failed.map((check) => failedCheck(check, report)),
)}
${life(report)}
${section('Inconclusive', quietChecks(of('inconclusive'), report))}
${section('Passed', quietChecks(of('pass'), report))}
${section('Skipped', quietChecks(of('skipped'), report))}
${about(report)}
</div>`
}

function rank(severity: Severity): number {
  return severities.indexOf(severity)
}

function summary(report: Report): Markup {
  const { fail, inconclusive, skipped, pass, worst } = report.summary
  return html`<section class="lk-summary lk-worst-${worst ?? 'none'}" aria-labelledby="lk-outcome">
<p class="lk-signed-in">${signedInLine(report)}</p>
<h2 id="lk-outcome" class="lk-outcome">${outcome(report)}</h2>
<ul class="lk-counts">
${count(fail, 'failed', 'fail')}${count(inconclusive, 'inconclusive', 'inconclusive')}${count(pass, 'passed', 'pass')}${count(skipped, 'skipped', 'skipped')}
</ul>
</section>`
}

function life(report: Report): Markup {
  if ((report.life ?? []).length === 0) return html``
  return html`<section class="lk-group"><h2>The life of the session</h2>${picture(report.life ?? [])}</section>`
}

/** What was judged and of what, for who looks something up. */
function about(report: Report): Markup {
  return html`<section class="lk-group"><h2>All checks</h2>
<ul class="lk-glance" aria-label="All checks">${report.checks.map(chip)}</ul>
${facts(report)}
</section>`
}

function outcome({ summary, checks, target }: Report): string {
  const findings = checks.reduce((sum, check) => sum + check.findings.length, 0)
  if (summary.worst !== null) {
    return findings === 1
      ? `1 finding, ${summary.worst}`
      : `${findings} findings, the worst is ${summary.worst}`
  }
  if (summary.pass === 0) return 'Nothing could be judged'
  if (summary.inconclusive > 0) return 'Nothing found, but not everything could be judged'
  return target.passive ? 'Nothing found in what a visitor sees' : 'Nothing found'
}

function count(number: number, label: string, kind: string): Markup {
  return html`<li class="lk-count lk-${kind}${number === 0 ? ' lk-zero' : ''}"><b>${number}</b> ${label}</li>`
}

function chip(check: CheckResult): Markup {
  const kind = check.verdict === 'fail' ? check.severity : check.verdict
  const spoken = check.verdict === 'fail' ? `failed, ${check.severity}` : check.verdict
  return html`<li><a class="lk-chip lk-is-${kind}" href="#lk-${check.id}">${check.id}<span class="lk-hidden"> ${spoken}</span></a></li>`
}

function facts(report: Report): Markup {
  const carriers = report.carriers.map(({ names }, at) => [
    at > 0 ? ' or ' : '',
    names.map((name, index) => [index > 0 ? ' with ' : '', html`<code>${name}</code>`]),
  ])
  const visitors = report.visitorSession ?? []
  const rows: readonly (readonly [string, HtmlValue])[] = [
    ['Carries the session', report.carriers.length > 0 ? carriers : null],
    ['Framework', frameworkOf(report)],
    ...report.notes.map((note) => ['Note', note] as const),
    ['Certificate', report.target.insecure ? 'not verified, as was asked for' : null],
    ['A visitor’s session', visitors.length > 0 ? visitors.map(codes) : null],
    ['Also seen', report.hints?.join('; ') || null],
    ['Mode', report.target.passive ? WITHOUT_ACCOUNT : null],
  ]
  const known = rows.filter(([, value]) => value !== null)
  if (known.length === 0) return html``
  return html`<dl class="lk-facts">${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

function codes(name: string, at: number): HtmlValue {
  return [at > 0 ? ' and ' : '', html`<code>${name}</code>`]
}

function section(title: string, shown: readonly Markup[]): Markup {
  if (shown.length === 0) return html``
  return html`<section class="lk-group"><h2>${title}</h2>${shown}</section>`
}

function quietChecks(checks: readonly CheckResult[], report: Report): readonly Markup[] {
  return byReason(checks).flatMap(([reason, same]) => {
    const [first, second] = same
    if (first === undefined) return []
    return second === undefined ? quietCheck(first, report) : sharedReason(reason, first, same, report)
  })
}

function quietCheck(check: CheckResult, report: Report): Markup {
  return html`<article class="lk-quiet lk-${check.verdict}" id="lk-${check.id}">
<h3><span class="lk-mark" aria-hidden="true"></span>${check.title}</h3>
<p class="lk-reason">${prose(check.reason)}</p>
${evidenceOf(check, report, isBroken(check))}
</article>`
}

/** Checks with one reason between them, such as all that a passive audit leaves out; its proof is theirs too. */
function sharedReason(
  reason: string,
  first: CheckResult,
  checks: readonly CheckResult[],
  report: Report,
): Markup {
  return html`<article class="lk-quiet lk-${first.verdict}">
<p class="lk-reason"><span class="lk-mark" aria-hidden="true"></span>${prose(reason)}:</p>
<ul class="lk-shared">${checks.map(({ id, title }) => html`<li id="lk-${id}">${title}</li>`)}</ul>
${evidenceOf(first, report, isBroken(first))}
</article>`
}

/** A control that did not hold is why the verdict is what it is, so it is shown without a click. */
function isBroken(check: CheckResult): boolean {
  return check.controls.some((control) => !control.held)
}
