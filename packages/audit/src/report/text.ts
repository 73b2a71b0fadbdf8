import { styleText } from 'node:util'
import type { CheckResult, Report, ReportedFinding, Severity } from '../judging/check.ts'
import { severities } from '../judging/severity.ts'
import { visible } from './escape.ts'
import {
  acceptedInWords,
  byReason,
  repeatsFix,
  summaryLine,
  tookInWords,
  visitorsSession,
  WITHOUT_ACCOUNT,
} from './summary.ts'
import { CONTROLS, frameworkOf, signedInLine } from './words.ts'

type Style = Parameters<typeof styleText>[0]
type Paint = (style: Style, text: string) => string

/** Columns. */
const WIDTH = 96
/** Curl lines shown for one finding, the last ones; the JSON and HTML reports have them all. */
const MOST_CURLS = 8

const severityStyles: Readonly<Record<Severity, Style>> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
}

/** For people: failures by severity, then what is not known, then the rest in brief, and one line of summary. */
export function renderText(report: Report, options: { readonly colour?: boolean } = {}): string {
  const paint: Paint = (style, text) =>
    options.colour ? styleText(style, text, { validateStream: false }) : text
  const curls = new Map(report.exchanges.map((exchange) => [exchange.id, exchange.curl]))
  const of = (verdict: CheckResult['verdict']): readonly CheckResult[] =>
    report.checks.filter((check) => check.verdict === verdict)

  const lines = [
    ...head(report, paint),
    ...of('fail')
      .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
      .flatMap((check) => failed(check, { curls, framework: frameworkOf(report) }, paint)),
    ...group('inconclusive', 'magenta', withReasons(of('inconclusive')), paint),
    ...group('skipped', 'dim', withReasons(of('skipped')), paint),
    ...group('passed', 'green', withTitles(of('pass')), paint),
    ...(report.checks.some(({ verdict, controls }) => verdict === 'fail' && controls.length > 0)
      ? ['', ...wrapped('controls: ', CONTROLS)]
      : []),
    '',
    paint('bold', summaryLine(report)),
  ]
  return `${lines.join('\n')}\n`
}

function head(report: Report, paint: Paint): readonly string[] {
  const carriers = report.carriers.map(({ names }) => names.join(' + ')).join(', or ')
  const facts: readonly (readonly [string, string | null])[] = [
    ['carrier', carriers || null],
    ['session', visitorsSession(report)],
    ['framework', frameworkOf(report)],
    ...report.notes.map((note) => ['note', note] as const),
    ['took', tookInWords(report)],
    ['note', report.target.insecure ? 'a certificate that does not verify was accepted (--insecure)' : null],
    ['note', report.target.passive ? WITHOUT_ACCOUNT : null],
    ['note', report.hints?.join('; ') || null],
  ]
  const known = facts.flatMap(([name, value]) =>
    value === null ? [] : wrapped(`${name}: `.padEnd(11), visible(value)),
  )
  return [
    ...wrapped('', visible(signedInLine(report))),
    paint('bold', `Session audit of ${visible(report.target.url)}`),
    ...known,
  ]
}

/** What findings are shown with. */
interface Beside {
  readonly curls: ReadonlyMap<number, string>
  readonly framework: string | null
}

function failed(check: CheckResult, beside: Beside, paint: Paint): readonly string[] {
  const title = `${paint(severityStyles[check.severity], check.severity.toUpperCase())}  ${paint('bold', check.id)}`
  const refs = paint('dim', check.refs.join(' '))
  return [
    '',
    `${title}  ${refs}`,
    ...(check.risk ? wrapped('  risk   ', check.risk) : []),
    ...check.findings.flatMap((finding) => found(finding, check, beside, paint)),
    ...controlled(check, paint),
  ]
}

function controlled({ controls }: CheckResult, paint: Paint): readonly string[] {
  if (controls.length === 0) return []
  const held = controls.filter((control) => control.held).length
  return [paint('dim', `  controls  ${held} of ${controls.length} held`)]
}

function found(
  finding: ReportedFinding,
  check: CheckResult,
  { curls, framework }: Beside,
  paint: Paint,
): readonly string[] {
  const severity = finding.severity === check.severity ? '' : ` (${finding.severity})`
  const proof = new Set((finding.steps ?? finding.exchanges).flatMap((id) => curls.get(id) ?? []))
  const fix = repeatsFix(finding, check)
    ? []
    : [
        ...wrapped('  fix    ', visible(finding.fix)),
        ...(finding.frameworkFix === null
          ? []
          : wrapped('         ', visible(`${framework}: ${finding.frameworkFix}`))),
      ]
  return [
    ...wrapped('  where  ', visible(finding.where) + severity),
    ...wrapped('  seen   ', visible(finding.seen)),
    ...(finding.accepted ? wrapped('  known  ', visible(acceptedInWords(finding.accepted))) : []),
    ...[...proof].slice(-MOST_CURLS).map((curl) => `  ${paint('dim', `again  ${visible(curl)}`)}`),
    ...fix,
  ]
}

function group(title: string, style: Style, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : ['', paint(style, title), ...lines]
}

/** Checks that share a reason are named together: a passive audit skips a dozen for one. */
function withReasons(checks: readonly CheckResult[]): readonly string[] {
  return byReason(checks).flatMap(([reason, same]) =>
    entry(same.map(({ id }) => id).join(', '), visible(reason)),
  )
}

function withTitles(checks: readonly CheckResult[]): readonly string[] {
  return checks.flatMap(({ id, title }) => entry(id, title))
}

const ID_WIDTH = 16

/** What is said of a check beside its id, or below it where the id is too long. */
function entry(ids: string, text: string): string[] {
  if (ids.length <= ID_WIDTH) return wrapped(`  ${ids.padEnd(ID_WIDTH)} `, text)
  return [...wrapped('  ', ids), ...wrapped(' '.repeat(ID_WIDTH + 3), text)]
}

/** The text after `first`, broken at spaces so that lines stay within the width and start below the text. */
function wrapped(first: string, text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && first.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  return lines.map((each, at) => (at === 0 ? first : ' '.repeat(first.length)) + each)
}
