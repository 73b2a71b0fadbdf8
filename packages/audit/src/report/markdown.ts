import type { CheckResult, Report, ReportedFinding } from '../judging/check.ts'
import { severities } from '../judging/severity.ts'
import { plainText } from './markdown-text.ts'
import { byReason, summaryLine } from './summary.ts'
import { frameworkOf, signedInLine } from './words.ts'

/** Findings that are shown; a comment is to be read, and the whole report is in other formats. */
const MOST_FINDINGS = 20

/** Markdown for a comment on a merge request: short, the details folded. Nothing a site says becomes markup. */
export function renderMarkdown(report: Report): string {
  const failed = report.checks
    .filter(({ verdict }) => verdict === 'fail')
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
  const findings = failed.flatMap((check) => check.findings.map((finding) => ({ check, finding })))
  const facts = [
    signedInLine(report),
    ...(report.framework === null ? [] : [`Framework: ${frameworkOf(report)}.`]),
    ...report.notes,
  ]
  const blocks = [
    `### Session audit of ${plainText(report.target.origin)}: ${headline(report)}`,
    facts.map(plainText).join('  \n'),
    ...(findings.length === 0 ? [] : [table(findings)]),
    ...failed.map((check) => details(check, report)),
    ...quiet('Inconclusive', report, 'inconclusive'),
    ...quiet('Skipped', report, 'skipped'),
    `<sub>${plainText(summaryLine(report))} · ${plainText(`${report.tool.name} ${report.tool.version}`)}</sub>`,
  ]
  return `${blocks.join('\n\n')}\n`
}

function headline({ summary, outcome, checks }: Report): string {
  const findings = checks.reduce((sum, check) => sum + check.findings.length, 0)
  if (findings > 0) return `${findings} ${findings === 1 ? 'finding' : 'findings'}, ${summary.worst}`
  return outcome === 'decided' ? 'nothing found' : 'nothing found, but not everything was decided'
}

interface Found {
  readonly check: CheckResult
  readonly finding: ReportedFinding
}

function table(findings: readonly Found[]): string {
  const more = findings.length - MOST_FINDINGS
  return [
    '| | check | where | what someone can do |',
    '|-|-|-|-|',
    ...findings
      .slice(0, MOST_FINDINGS)
      .map(({ check, finding }) =>
        row([finding.severity, check.id, finding.where, check.risk ?? check.title]),
      ),
    ...(more > 0 ? [row(['', '', '', `and ${more} more`])] : []),
  ].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(plainText).join(' | ')} |`
}

function details({ id, title, findings, refs }: CheckResult, report: Report): string {
  const label = report.framework === null ? '' : ` (${frameworkOf(report)})`
  const shown = findings.slice(0, MOST_FINDINGS).map(({ where, seen, fix, frameworkFix }) => {
    const how = frameworkFix === null ? fix : `${frameworkFix}${label}`
    return `- **${plainText(where)}** ${plainText(seen)}  \n  Fix: ${prose(how)}`
  })
  return `<details><summary>${plainText(`${id}: ${title}`)}</summary>\n\n${shown.join('\n')}\n\n${plainText(refs.join(' '))}\n\n</details>`
}

function quiet(title: string, { checks }: Report, verdict: CheckResult['verdict']): readonly string[] {
  const those = checks.filter((check) => check.verdict === verdict)
  if (those.length === 0) return []
  const lines = byReason(those).map(([reason, same]) => {
    return `- ${same.map(({ id }) => plainText(id)).join(', ')}: ${plainText(reason)}`
  })
  return [`<details><summary>${title}: ${those.length}</summary>\n\n${lines.join('\n')}\n\n</details>`]
}

/** Words of ours, in which backticks mean code. */
function prose(given: string): string {
  const parts = given.split('`').map(plainText)
  return parts.map((part, at) => (at % 2 === 1 ? `<code>${part}</code>` : part)).join('')
}
