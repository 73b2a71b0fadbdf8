import { checks } from '../../checks/index.ts'
import type { Check } from '../../judging/check.ts'
import { controlsShown, evidenceOf, findingShown, reasonShown } from '../findings.ts'
import type { KeptReport } from '../kept-reports.ts'
import { pageOf } from '../pages.ts'
import { UNTRUSTED } from '../quoted.ts'
import type { Tool } from '../tool.ts'
import { ToolError } from '../tool-error.ts'

interface ExplainInput {
  readonly check: string
  readonly framework?: string
  readonly audit?: string
  readonly finding?: number
}

/** Curl lines of one verdict. */
const MOST_CURLS = 12
const MOST_FINDINGS = 10

/** What a check proves, and how what it finds is mended. */
export const explain: Tool<ExplainInput> = {
  name: 'explain',
  title: 'Explain a check or a finding',
  description:
    'What a check proves, by which controls, what a fail means and how to fix it in a framework. With audit also what it came to there: the reason, the controls, the findings and the requests that prove them. Sends nothing.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  inputSchema: () => ({
    type: 'object',
    properties: {
      check: { enum: checks.map(({ id }) => id), description: 'Its id.' },
      framework: {
        type: 'string',
        description: 'Such as express-session, django or php; default: the one that the audit recognised.',
      },
      audit: { type: 'string', description: 'As audit returned it, such as a1.' },
      finding: { type: 'integer', minimum: 0, description: 'Only this finding of the check, from 0.' },
    },
    required: ['check'],
    additionalProperties: false,
  }),
  output: {
    type: 'object',
    properties: {
      check: { type: 'string' },
      title: { type: 'string', description: 'What is true when it passes.' },
      severity: { type: 'string', description: 'What a fail usually is.' },
      refs: { type: 'array', items: { type: 'string' } },
      proved: { type: 'string' },
      controls: { type: 'string' },
      failMeans: { type: 'string' },
      howToFix: { type: 'string' },
      framework: { type: ['string', 'null'] },
      frameworkFix: { type: ['string', 'null'] },
      frameworks: { type: 'array', items: { type: 'string' }, description: 'Those that it has a fix for.' },
      inAudit: { type: 'object' },
    },
    required: ['check', 'title', 'severity', 'refs', 'proved', 'controls', 'failMeans', 'howToFix'],
  },
  async call({ check: id, framework, audit, finding }, { reports }) {
    const check = checks.find((each) => each.id === id)
    if (check === undefined) throw new Error(`the input schema let ${id} through`)
    if (finding !== undefined && audit === undefined) {
      throw new ToolError('usage', 'finding needs audit, the one that it is of')
    }
    const kept = audit === undefined ? null : reports.find(audit)
    const { title, severity, refs, fixes = {} } = check
    const named = frameworkOf(check, framework ?? kept?.report.framework ?? null)
    return {
      check: id,
      title,
      severity,
      refs,
      ...(await pageOf(id)),
      framework: named,
      frameworkFix: named === null ? null : (fixes[named] ?? null),
      frameworks: Object.keys(fixes),
      ...(kept === null ? {} : { inAudit: inAudit(id, kept, finding) }),
    }
  },
}

/** The name under which the check knows it; null where it does not. */
function frameworkOf({ fixes = {} }: Check, given: string | null): string | null {
  if (given === null) return null
  const letters = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '')
  return Object.keys(fixes).find((name) => letters(name) === letters(given)) ?? null
}

function inAudit(id: string, { id: audit, report }: KeptReport, wanted: number | undefined) {
  const result = report.checks.find((check) => check.id === id)
  if (result === undefined) throw new ToolError('usage', `${audit} has no check ${id}`)
  const findings = wanted === undefined ? result.findings : result.findings.slice(wanted, wanted + 1)
  if (wanted !== undefined && findings.length === 0) {
    throw new ToolError(
      'usage',
      `${id} has ${result.findings.length} findings in ${audit}; they count from 0`,
    )
  }
  return {
    untrusted: UNTRUSTED,
    audit,
    verdict: result.verdict,
    reason: reasonShown(result),
    controls: controlsShown(result.controls),
    findings: findings
      .slice(0, MOST_FINDINGS)
      .map((finding) => findingShown(finding, result, report, MOST_CURLS)),
    findingsInAll: result.findings.length,
    ...(findings.length === 0 ? { evidence: evidenceOf(result.exchanges, report, MOST_CURLS) } : {}),
  }
}
