import type { CheckResult } from '../judging/check.ts'
import { severities } from '../judging/severity.ts'
import type { Property } from './asked/target-schema.ts'
import { controlsShown, findingShown, reasonShown } from './findings.ts'
import type { KeptReport } from './kept-reports.ts'
import { quoted, UNTRUSTED } from './quoted.ts'
import type { ObjectSchema } from './tool.ts'

export const DETAILS = ['verdicts', 'findings', 'all'] as const

/** How much of an audit is wanted at a time. */
export interface Wanted {
  readonly detail?: (typeof DETAILS)[number]
  readonly offset?: number
  readonly limit?: number
}

export const WANTED: Readonly<Record<keyof Wanted, Property>> = {
  detail: {
    enum: DETAILS,
    description:
      'verdicts: only what each check came to. findings (default): and what is wrong, with evidence and controls, and what is undecided. all: and every check’s reason and controls.',
  },
  offset: { type: 'integer', minimum: 0, description: 'Findings to leave out, as nextOffset says.' },
  limit: { type: 'integer', minimum: 1, maximum: 50, description: 'Findings at a time; default 10.' },
}

const PAGE = 10

/** One page of an audit: worst findings first, in as few words as decide what to do. */
export function resultsOf(
  { id, report }: KeptReport,
  { detail = 'findings', offset = 0, limit = PAGE }: Wanted,
) {
  const { target, outcome, summary, checks, framework, carriers, oracle, notes, took } = report
  const head = {
    untrusted: UNTRUSTED,
    audit: id,
    url: target.url,
    passive: target.passive,
    outcome,
    summary,
    verdicts: Object.fromEntries(checks.map((check) => [check.id, check.verdict])),
  }
  if (detail === 'verdicts') return head
  const found = checks
    .filter(({ verdict }) => verdict === 'fail')
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
    .flatMap((check) => check.findings.map((finding) => ({ check, finding })))
  const page = found.slice(offset, offset + limit)
  const next = offset + page.length
  return {
    ...head,
    framework: framework === null ? null : quoted(framework),
    carriers: carriers.map(({ names }) => names.map((name) => quoted(name))),
    toldApartBy: oracle === null ? null : quoted(oracle),
    notes: notes.map((note) => quoted(note)),
    took,
    findings: page.map(({ check, finding }) => findingShown(finding, check, report)),
    findingsInAll: found.length,
    ...(next < found.length ? { nextOffset: next } : {}),
    controls: Object.fromEntries(page.map(({ check }) => [check.id, controlsShown(check.controls)])),
    undecided: checks
      .filter(({ verdict }) => verdict === 'inconclusive')
      .map((check) => ({ check: check.id, severity: check.severity, reason: reasonShown(check) })),
    ...(detail === 'all' ? { checks: checks.map(checkShown) } : {}),
  }
}

function checkShown(check: CheckResult) {
  const { id, title, verdict, refs, controls } = check
  return { check: id, title, verdict, refs, reason: reasonShown(check), controls: controlsShown(controls) }
}

/** The form of a page. Members are named once here; what is in a finding says `findings.ts`. */
export const RESULTS: ObjectSchema = {
  type: 'object',
  properties: {
    untrusted: { type: 'string' },
    audit: { type: 'string', description: 'For results and explain.' },
    url: { type: 'string' },
    passive: { type: 'boolean' },
    outcome: {
      enum: ['decided', 'undecided', 'not-established'],
      description: 'Only where it is decided is a report without a fail good news.',
    },
    summary: { type: 'object' },
    verdicts: {
      type: 'object',
      additionalProperties: { enum: ['pass', 'fail', 'inconclusive', 'skipped'] },
    },
    framework: { type: ['string', 'null'] },
    carriers: { type: 'array', description: 'Sets of cookies, each enough to be signed in.' },
    toldApartBy: { type: ['string', 'null'] },
    notes: { type: 'array', items: { type: 'string' } },
    took: { type: ['object', 'null'] },
    findings: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          check: { type: 'string' },
          finding: { type: 'integer', description: 'Its number, for explain.' },
          severity: { type: 'string' },
          where: { type: 'string' },
          seen: { type: 'string' },
          fix: { type: 'string' },
          frameworkFix: { type: 'string' },
          evidence: {
            type: 'array',
            description: 'Requests that prove it; secrets stand as <name:fingerprint>.',
          },
        },
        required: ['check', 'finding', 'severity', 'where', 'seen', 'fix', 'evidence'],
      },
    },
    findingsInAll: { type: 'integer' },
    nextOffset: { type: 'integer', description: 'There are more: call results with it.' },
    controls: { type: 'object', description: 'By check: what had to hold for its verdict to mean anything.' },
    undecided: { type: 'array', items: { type: 'object' } },
    checks: { type: 'array', items: { type: 'object' } },
    report: { type: 'object', description: 'The file with the whole report, where one was asked for.' },
  },
  required: ['untrusted', 'audit', 'url', 'outcome', 'summary', 'verdicts'],
}
