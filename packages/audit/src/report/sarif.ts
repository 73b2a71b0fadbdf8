import type { CheckResult, Report, ReportedFinding, Severity } from '../judging/check.ts'
import { fingerprintOf } from '../judging/fingerprint.ts'
import { visible } from './escape.ts'
import type { RenderOptions } from './render-options.ts'
import { acceptedInWords } from './summary.ts'
import { frameworkOf, signedInLine } from './words.ts'

/** GitHub reads it as critical (over 9.0), high (7.0 to 8.9), medium (4.0 to 6.9) and low. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.5',
}

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

/**
 * SARIF 2.1.0. A running site has no source lines, and importers show nothing that is in no file: each result is at the
 * first line of one file of the repository, the real place is its logical location, and what is one alert from run to
 * run is decided by the finding's fingerprint.
 */
export function renderSarif(report: Report, { sourceFile = 'README.md' }: RenderOptions = {}): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [runOf(report, sourceFile)],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function runOf(report: Report, file: string): object {
  return {
    tool: {
      driver: {
        name: 'latchkey-audit',
        fullName: `${report.tool.name} ${report.tool.version}`,
        semanticVersion: report.tool.version,
        rules: report.checks.map(ruleOf),
      },
    },
    automationDetails: { id: `latchkey-audit/${pathOf(report.target.origin)}/` },
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
    invocations: [
      {
        executionSuccessful: report.outcome !== 'not-established',
        startTimeUtc: report.target.startedAt,
        ...endOf(report),
        toolExecutionNotifications: notifications(report),
      },
    ],
    results: report.checks.flatMap((check, ruleIndex) =>
      check.findings.map((finding) => resultOf({ check, ruleIndex, finding, report, file })),
    ),
    columnKind: 'utf16CodeUnits',
  }
}

/** When the last request was over: evidence may be judged again much later. */
function endOf({ took, target }: Report): { readonly endTimeUtc?: string } {
  const started = Date.parse(target.startedAt)
  if (took === null || Number.isNaN(started)) return {}
  return { endTimeUtc: new Date(started + took.seconds * 1000).toISOString() }
}

/** What is no result: whether it was signed in, notes, and the checks of which nothing is known. */
function notifications(report: Report): readonly object[] {
  const said = [signedInLine(report), ...report.notes].map((text) => ({ level: 'note', message: { text } }))
  const undecided = report.checks
    .filter(({ verdict }) => verdict === 'inconclusive')
    .map(({ id, reason }) => ({
      level: 'warning',
      message: { text: `${id} is inconclusive: ${reason}` },
      associatedRule: { id },
    }))
  return [...said, ...undecided]
}

function ruleOf({ id, title, risk, refs, severity }: CheckResult): object {
  const text = [risk ?? title, `References: ${refs.join(', ')}.`].join(' ')
  const cwe = refs.filter((ref) => ref.startsWith('CWE-'))
  return {
    id,
    shortDescription: { text: sentence(title) },
    fullDescription: { text: sentence(risk ?? title) },
    help: { text, markdown: [`**${title}**`, risk ?? '', `References: ${refs.join(', ')}`].join('\n\n') },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['security', 'session', ...cwe.map((ref) => `external/cwe/${ref.toLowerCase()}`)],
      precision: 'very-high',
      'security-severity': SCORES[severity],
    },
  }
}

function resultOf({
  check,
  ruleIndex,
  finding,
  report,
  file,
}: {
  readonly check: CheckResult
  readonly ruleIndex: number
  readonly finding: ReportedFinding
  readonly report: Report
  readonly file: string
}): object {
  const { where, seen, fix, frameworkFix, severity, exchanges, steps = exchanges, accepted } = finding
  const print = finding.fingerprint ?? fingerprintOf(check.id, finding)
  const own = frameworkFix === null ? '' : ` (${frameworkOf(report)})`
  const lines = report.exchanges.filter(({ id }) => steps.includes(id)).map(({ curl }) => visible(curl))
  return {
    ruleId: check.id,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: visible(`${seen} Where: ${where}. Fix${own}: ${frameworkFix ?? fix}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file), uriBaseId: '%SRCROOT%' },
          region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
        },
        logicalLocations: [{ name: visible(where), kind: 'resource' }],
      },
    ],
    // GitHub looks at the first alone, others at whatever they know.
    partialFingerprints: { primaryLocationLineHash: `${print}:1`, 'latchkeyFinding/v1': print },
    ...(accepted && { suppressions: [{ kind: 'external', justification: acceptedInWords(accepted) }] }),
    properties: { 'security-severity': SCORES[severity], url: report.target.url, again: lines },
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** A category without the scheme, as an id is read up to its last slash. */
function pathOf(origin: string): string {
  return origin.replace(/^https?:\/\//, '')
}
