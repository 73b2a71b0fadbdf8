import { acceptedOf } from '../judging/baseline.ts'
import type { CheckResult, Report } from '../judging/check.ts'
import type { Markup } from './escape.ts'
import { acceptedInWords } from './summary.ts'
import { frameworkOf, signedInLine } from './words.ts'
import { xml } from './xml.ts'

/**
 * JUnit XML, as CI systems read it: one test case for each check. A fail is a failure; inconclusive is an error,
 * because nothing is known and that must not look like a pass; skipped is skipped.
 */
export function renderJunit(report: Report): string {
  const { summary, checks, target, took } = report
  const counts = xml`tests="${checks.length}" failures="${summary.fail}" errors="${summary.inconclusive}" skipped="${summary.skipped}"`
  const time = took === null ? null : xml` time="${took.seconds}"`
  const document = xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${report.tool.name}" ${counts}${time}>
<testsuite name="Session audit of ${target.origin}" timestamp="${target.startedAt.replace(/\.\d+Z?$/, '')}" hostname="${hostOf(target.url)}" ${counts}${time}>
<properties>
${properties(report)}</properties>
${checks.map((check) => testcase(check, report))}<system-out>${[signedInLine(report), ...report.notes].map(line)}</system-out>
</testsuite>
</testsuites>
`
  return document.markup
}

function properties(report: Report): readonly Markup[] {
  const known: readonly (readonly [string, string | null])[] = [
    ['tool', `${report.tool.name} ${report.tool.version}`],
    ['url', report.target.url],
    ['outcome', report.outcome],
    ['framework', frameworkOf(report)],
  ]
  return known.flatMap(([name, value]) =>
    value === null ? [] : [xml`<property name="${name}" value="${value}"/>\n`],
  )
}

function testcase(check: CheckResult, report: Report): Markup {
  return xml`<testcase classname="latchkey-audit" name="${check.id}: ${check.title}">${verdict(check, report)}</testcase>
`
}

function verdict(check: CheckResult, report: Report): Markup | null {
  const { verdict, severity, reason } = check
  const known = acceptedOf(check)
  if (verdict === 'fail' && known.length === check.findings.length) {
    const why = known.flatMap(({ accepted }) => (accepted ? [acceptedInWords(accepted)] : [])).join('; ')
    return xml`<skipped message="${why}"/>`
  }
  if (verdict === 'fail')
    return xml`<failure type="${severity}" message="${reason}">${detail(check, report)}</failure>`
  if (verdict === 'inconclusive') return xml`<error type="inconclusive" message="${reason}">${reason}</error>`
  // Some readers allow no attribute here, others show nothing else.
  if (verdict === 'skipped') return xml`<skipped message="${reason}"/>`
  return null
}

function detail({ risk, findings, refs }: CheckResult, report: Report): readonly Markup[] {
  const lines = findings.flatMap(
    ({ where, severity, seen, fix, frameworkFix, exchanges, steps = exchanges }) => [
      `${severity}: ${where}: ${seen}`,
      `Fix: ${frameworkFix ?? fix}`,
      ...report.exchanges.filter(({ id }) => steps.includes(id)).map(({ curl }) => curl),
    ],
  )
  return [...(risk ? [risk] : []), ...lines, refs.join(' ')].map(line)
}

function line(text: string): Markup {
  return xml`${text}\n`
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
